import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { JsonFile } from '../../src/station/json-file.js';
import { PasskeyRecords, PasskeyRecordsFile } from '../../src/station/passkey-records.js';
import { temporaryFolder } from '../main/temporary-folder.js';

/** As every version before public keys were captured has written it. */
const OLD = {
  credentialId: 'b2xk',
  nickname: 'Old key',
  keyProduct: 'Test key',
  aaguid: '00000000-0000-0000-0000-000000000000',
  createdAt: '2026-11-23T10:00:00.000Z',
};
const NEW = {
  ...OLD,
  credentialId: 'bmV3',
  nickname: 'New key',
  keySerial: '0001',
  publicKey: 'pQECAyYgASFY',
  sub: '94482458-e0a1-7005-dd3f-0c1d2e3f4a5b',
  username: 'ana',
};

const open = (path: string) => PasskeyRecords.open(new JsonFile(path, PasskeyRecordsFile));
const written = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;

describe('records of passkeys', () => {
  it('of before, without public key and person, are read, and kept as they are', async () => {
    const path = join(temporaryFolder(), 'passkeys.json');
    writeFileSync(path, JSON.stringify([OLD]));
    const records = await open(path);
    await records.add(NEW);
    expect(records.kept()).toEqual([OLD, NEW]);
    expect(written(path)).toEqual([OLD, NEW]);
  });

  it('keep public key and person from the window', async () => {
    const records = await open(join(temporaryFolder(), 'passkeys.json'));
    await records.add(NEW);
    const { publicKey, sub, username, ...seen } = NEW;
    expect(records.all()).toEqual([seen]);
    expect(records.of(sub)).toEqual([seen]);
    expect(records.of('somebody else')).toEqual([]);
    expect(records.kept()).toMatchObject([{ publicKey, sub, username }]);
  });

  it('tell who somebody is by what keys know them by', async () => {
    const records = await open(join(temporaryFolder(), 'passkeys.json'));
    const { username, ...nameless } = NEW;
    const handle = (sub: string) => Buffer.from(sub).toString('base64url');
    await records.add(nameless); // as versions before have written it
    expect(records.knowsAnybody).toBe(false);
    expect(records.usernameOf(handle(NEW.sub))).toBeUndefined();
    await records.add({ ...NEW, credentialId: 'b3RoZXI' });
    await records.add({ ...nameless, credentialId: 'bGF0ZXI' });
    expect(records.knowsAnybody).toBe(true);
    expect(records.usernameOf(handle(NEW.sub))).toBe(username);
    expect(records.userHandleOf('bGF0ZXI')).toBe(handle(NEW.sub));
    expect(records.userHandleOf('b2xk')).toBeUndefined();
    expect(records.usernameOf(handle('94482458-e0a1-7005-dd3f-000000000000'))).toBeUndefined();
    expect(records.usernameOf('bm8gc3Vi')).toBeUndefined();
  });

  it('keep them over a change of name', async () => {
    const path = join(temporaryFolder(), 'passkeys.json');
    const records = await open(path);
    await records.add(NEW);
    await records.rename(NEW.credentialId, 'Blue key');
    expect(written(path)).toEqual([{ ...NEW, nickname: 'Blue key' }]);
    await expect(records.rename('AAAA', 'Red key')).rejects.toMatchObject({ failure: { code: 'key/no-passkey' } });
    await records.forget(NEW.credentialId);
    expect(written(path)).toEqual([]);
  });

  it('of app and command line stay, whoever writes after whom, and however fast', async () => {
    const path = join(temporaryFolder(), 'passkeys.json');
    const app = await open(path);
    await app.add(OLD);
    const commandLine = await open(path);
    await commandLine.add(NEW);
    await Promise.all([app.rename(OLD.credentialId, 'Blue key'), app.rename(NEW.credentialId, 'Red key')]);
    expect(written(path)).toEqual([
      { ...OLD, nickname: 'Blue key' },
      { ...NEW, nickname: 'Red key' },
    ]);
    expect(app.all()).toHaveLength(2);
  });
});
