import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { toBase64url } from '../../../src/ctap/codec/bytes.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { FileStore } from '../../../src/softkey/store/file-store.js';
import { blankState, type KeyState } from '../../../src/softkey/store/key-state.js';
import { stateFromJson, stateToJson } from '../../../src/softkey/store/state-json.js';
import { StoreError } from '../../../src/softkey/store/store-error.js';
import { asserted, getting, made, making, PinClient, plug } from '../platform.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-store-'));
  path = join(folder, 'key.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const STATE: KeyState = {
  masterSecret: new Uint8Array(32).fill(7),
  signCount: 41,
  pin: { hash: new Uint8Array(16).fill(9), length: 6 },
  pinRetries: 5,
  uvRetries: 3,
  fingerprints: [{ id: Uint8Array.of(1, 2), name: 'left thumb', finger: 'a finger' }],
  credentialChanges: 17,
  config: {
    alwaysUv: true,
    enterpriseAttestation: true,
    minPinLength: 6,
    minPinLengthRpIds: ['example.com', 'example.org'],
    forcePinChange: true,
    longTouchForReset: true,
  },
  persistentToken: new Uint8Array(32).fill(11),
  largeBlobs: new Uint8Array(40).fill(12),
  deviceSecret: new Uint8Array(32).fill(13),
  credentials: [
    {
      id: new Uint8Array(32).fill(1),
      rpId: 'example.com',
      user: { id: Uint8Array.of(1, 2, 3), name: 'Jürgen', displayName: '🔑' },
      algorithm: CoseAlgorithm.EDDSA,
      secret: new Uint8Array(32).fill(3),
      protection: 2,
      discoverable: true,
      credBlob: Uint8Array.of(6, 7),
      largeBlobKey: new Uint8Array(32).fill(8),
      thirdPartyPayment: true,
    },
    {
      id: new Uint8Array(32).fill(2),
      rpId: 'example.org',
      user: { id: Uint8Array.of(4) },
      algorithm: CoseAlgorithm.ES256,
      secret: new Uint8Array(32).fill(5),
      protection: 1,
      discoverable: false,
    },
  ],
};

describe('keeping', () => {
  it('gives back what was saved, byte for byte', async () => {
    const store = await FileStore.open(path);
    expect(store.initial).toBeUndefined();
    await store.save(STATE);
    expect((await FileStore.open(path)).initial).toEqual(STATE);
    await store.save(blankState(STATE.masterSecret));
    expect((await FileStore.open(path)).initial).toEqual(blankState(STATE.masterSecret));
  });

  it('a key made on it later knows PIN, credentials and counter', { timeout: 60_000 }, async () => {
    const before = await plug({ store: await FileStore.open(path) });
    const make = async (options: Parameters<typeof making>[0]) =>
      made(await before.platform.success(CtapCommand.MAKE_CREDENTIAL, making(options)));
    const credentials = [
      await make({ options: { rk: true } }),
      await make({}),
      await make({ algorithms: [CoseAlgorithm.RS256] }),
    ];
    await new PinClient(before.platform).setPin('1234');

    const after = await plug({ store: await FileStore.open(path) });
    for (const { id, publicKey } of credentials) {
      const answer = await after.platform.success(CtapCommand.GET_ASSERTION, getting({ allow: [id] }));
      expect(asserted(answer, publicKey).signCount).toBeGreaterThan(3);
    }
    await new PinClient(after.platform).token('1234');
  });

  it('is for the owner only, makes its folder, and leaves nothing beside the file', async () => {
    const deep = join(folder, 'a', 'b', 'key.json');
    await (await FileStore.open(deep)).save(STATE);
    expect((await stat(deep)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['key.json']);
  });

  it('takes permissions back from a file that was too open', async () => {
    const store = await FileStore.open(path);
    await store.save(STATE);
    await chmod(path, 0o644);
    await store.save(STATE);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('writes through a symbolic link', async () => {
    await (await FileStore.open(path)).save(blankState(STATE.masterSecret));
    await symlink(path, join(folder, 'link.json'));
    await (await FileStore.open(join(folder, 'link.json'))).save(STATE);
    expect((await FileStore.open(path)).initial).toEqual(STATE);
  });

  it('saves that overlap end with the last one', async () => {
    const store = await FileStore.open(path);
    await Promise.all(Array.from({ length: 20 }, (_, signCount) => store.save({ ...STATE, signCount })));
    expect((await FileStore.open(path)).initial?.signCount).toBe(19);
  });
});

it('reads the files of the first version, which knew neither settings nor persistent tokens nor fingerprints', () => {
  const first = ['format', 'version', 'masterSecret', 'signCount', 'pinHash', 'pinRetries', 'credentials'];
  const now = JSON.parse(stateToJson(STATE)) as Record<string, unknown>;
  const old = Object.fromEntries(Object.entries(now).filter(([name]) => first.includes(name)));
  const blank = blankState(STATE.masterSecret);
  expect(stateFromJson(JSON.stringify(old))).toEqual({
    ...STATE,
    pin: { hash: STATE.pin?.hash, length: 4 },
    uvRetries: 5,
    fingerprints: [],
    credentialChanges: 0,
    config: blank.config,
    deviceSecret: blank.deviceSecret,
    persistentToken: blank.persistentToken,
    largeBlobs: blank.largeBlobs,
  });
});

describe('damage', () => {
  const json = JSON.parse(stateToJson(STATE)) as Record<string, unknown>;
  const credential = (json['credentials'] as Record<string, unknown>[])[0];
  const withCredential = (changes: Record<string, unknown>) => ({
    ...json,
    credentials: [{ ...credential, ...changes }],
  });

  it.each<[string, unknown, string]>([
    ['another format', { ...json, format: 'something' }, 'format'],
    ['a later version', { ...json, version: 2 }, 'version'],
    ['a list', [], 'the state'],
    ['a short master secret', { ...json, masterSecret: toBase64url(new Uint8Array(31)) }, 'masterSecret'],
    ['a secret that is not base64url', { ...json, masterSecret: '+/==' }, 'masterSecret'],
    ['no counter', { ...json, signCount: undefined }, 'signCount'],
    ['a counter beyond 32 bits', { ...json, signCount: 2 ** 32 }, 'signCount'],
    ['more tries than there are', { ...json, pinRetries: 9 }, 'pinRetries'],
    ['more tries of the sensor than there are', { ...json, uvRetries: 6 }, 'uvRetries'],
    ['a fingerprint without name', { ...json, fingerprints: [{ id: 'AQ', finger: 'x' }] }, 'name'],
    ['a PIN hash of another length', { ...json, pinHash: toBase64url(new Uint8Array(32)) }, 'pinHash'],
    ['a PIN longer than any', { ...json, pinLength: 64 }, 'pinLength'],
    ['a persistent token of another length', { ...json, persistentToken: 'AQ' }, 'persistentToken'],
    ['settings that are none', { ...json, config: [] }, 'config'],
    ['neither always UV nor not', { ...json, config: { alwaysUv: 1 } }, 'alwaysUv'],
    ['credentials that are no list', { ...json, credentials: {} }, 'credentials'],
    ['a credential that is none', { ...json, credentials: [5] }, 'credentials[0]'],
    ['an unknown algorithm', withCredential({ algorithm: -999 }), 'algorithm'],
    ['a private key that is none', withCredential({ secret: toBase64url(Uint8Array.of(1)) }), 'private key'],
    ['an unknown protection', withCredential({ protection: 4 }), 'protection'],
    ['a user without id', withCredential({ user: {} }), 'id'],
    ['a user name that is no text', withCredential({ user: { id: 'AQ', name: 5 } }), 'name'],
    ['neither discoverable nor not', withCredential({ discoverable: 'yes' }), 'discoverable'],
  ])('%s is refused by name, and the file stays as it is', async (_what, value, member) => {
    const text = JSON.stringify(value);
    await writeFile(path, text);
    const error: unknown = await FileStore.open(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ code: 'store/damaged', path });
    expect((error as StoreError).message).toContain(path);
    expect((error as StoreError).message).toContain(member);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('any text and any cut or changed state is read whole or refused', () => {
    const good = stateToJson(STATE);
    const damaged = fc.oneof(
      fc.string(),
      fc.json(),
      fc.nat(good.length - 2).map((length) => good.slice(0, length)),
      fc.tuple(fc.nat(good.length - 1), fc.string({ maxLength: 3 })).map(([at, text]) => good.slice(0, at) + text + good.slice(at + 1)), // prettier-ignore
    );
    fc.assert(
      fc.property(damaged, (text) => {
        try {
          expect(stateFromJson(stateToJson(stateFromJson(text)))).toEqual(stateFromJson(text));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          // Secrets are in the file, so nothing is quoted from it.
          expect(String(error)).not.toContain(toBase64url(STATE.masterSecret).slice(0, 10));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a path that cannot be read or written is named', async () => {
    await expect(FileStore.open(folder)).rejects.toMatchObject({ code: 'store/unreadable', path: folder });
    await writeFile(path, '{}');
    const below = join(path, 'key.json'); // a file where a folder should be
    await expect(FileStore.open(below)).rejects.toMatchObject({ code: 'store/unreadable', path: below });
    const store = await FileStore.open(join(folder, 'x', 'key.json'));
    await rm(join(folder, 'x'), { recursive: true });
    await expect(store.save(STATE)).rejects.toMatchObject({ code: 'store/unwritable' });
  });
});
