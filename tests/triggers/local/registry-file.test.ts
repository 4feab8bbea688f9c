import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { RegistryFile } from '../../../src/triggers/local/registry-file.js';

let path = '';
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'keydesk-registry-')), 'registry.json');
});
afterAll(() => rm(join(path, '..'), { recursive: true }));

describe('a registry’s file', () => {
  it('keeps a claim for the next program, for its owner’s eyes', async () => {
    await writeFile(path, '[{"accountNumber": "ab-12 34", "email": "Ann@example.com"}]');
    await new RegistryFile(path).claim('AB1234', 'ann-1');
    await expect(new RegistryFile(path).find('AB1234')).resolves.toMatchObject({ account: 'ann-1' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    'no JSON',
    '{}',
    '[null]',
    '[{"accountNumber": "1", "email": "ann@example.com"}]',
    '[{"accountNumber": "1234"}]',
    '[{"accountNumber": "1234", "email": "ann@example.com", "account": 7}]',
    '[{"accountNumber": "12 34", "email": "a@b.c"}, {"accountNumber": "1234", "email": "b@b.c"}]',
  ])('is refused and left alone when it says %s', async (content) => {
    await writeFile(path, content);
    const registry = new RegistryFile(path);
    await expect(registry.find('1234')).rejects.toMatchObject({ name: 'RegistryFileError' });
    await expect(registry.claim('1234', 'eve')).rejects.toMatchObject({ name: 'RegistryFileError' });
    expect(await readFile(path, 'utf8')).toBe(content);
  });

  it('is refused when it is not there', async () => {
    await expect(new RegistryFile(`${path}.none`).find('1234')).rejects.toMatchObject({ name: 'RegistryFileError' });
  });
});
