import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { PolicySource } from '../../src/main/policy-source.js';
import { temporaryFolder } from './temporary-folder.js';

function open(environment: Record<string, string> = {}) {
  const folder = temporaryFolder();
  const logged: unknown[] = [];
  const source = new PolicySource({ folder, environment, now: Date.now, log: (error) => logged.push(error) });
  return { folder, source, logged };
}

describe('the files behind the gate', () => {
  it('are the folder’s, which may be missing', async () => {
    const { folder, source } = open();
    expect(source.paths).toEqual([join(folder, 'policy.json'), join(folder, 'metadata.jwt')]);
    expect(await source.read()).toEqual({ policy: { state: 'none' }, metadata: undefined });
    writeFileSync(join(folder, 'policy.json'), '{"minPinLength": 6}');
    expect(await source.read()).toMatchObject({ policy: { state: 'active', policy: { minPinLength: 6 } } });
  });

  it('are those that the environment names, which must be there', async () => {
    const { folder, source } = open({ KEYDESK_POLICY: '/nowhere/policy.json', KEYDESK_METADATA_ROOT: '/nowhere/root' });
    expect(source.paths).toEqual(['/nowhere/policy.json', join(folder, 'metadata.jwt'), '/nowhere/root']);
    await expect(source.read()).rejects.toMatchObject({ failure: { code: 'settings/unreadable' } });
    expect(await source.readAgain()).toMatchObject({ policy: { state: 'locked' }, metadata: undefined });
  });

  it('read again with metadata that is not to be believed, or cannot be read, prove nothing, and the log says why', async () => {
    const { folder, source, logged } = open();
    writeFileSync(join(folder, 'metadata.jwt'), 'no metadata');
    expect(await source.readAgain()).toEqual({ policy: { state: 'none' }, metadata: undefined });
    expect(logged).toMatchObject([{ name: 'MetadataError' }]);
    const other = open();
    mkdirSync(join(other.folder, 'metadata.jwt'));
    expect(await other.source.readAgain()).toEqual({ policy: { state: 'none' }, metadata: undefined });
    expect(other.logged).toMatchObject([{ failure: { code: 'settings/unreadable' } }]);
  });
});
