import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { describePool, type RunningPool, startPool } from '../../src/pool/pool.js';
import type { ProfileName } from '../../src/softkey/profile.js';
import type { Quirks } from '../../src/softkey/quirks/quirks.js';
import { PASSKEYS_FILE } from '../../src/station/passkey-records.js';
import { json, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

const PIN = '471100';
const passwordOf = (user: string) => `Practice-${user}-1`;
/** Keys cut it. */
const LONG_NAME = `${'x'.repeat(70)}@example.com`;
const USERS = ['ana', 'cleo', LONG_NAME].map((username) => ({
  username,
  email: username.includes('@') ? username : `${username}@example.com`,
  password: passwordOf(username),
}));
const TWO_CALLS = ['InitiateAuth', 'RespondToAuthChallenge', 'RevokeToken'];

// Hashing passwords and starting the SDK take their time on a machine that does much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let station: string;
let pool: RunningPool;
let key: SimulatedKey;
let env: Record<string, string>;

/** A new pool makes RSA keys, which takes seconds: it is made once, and each test gets a copy. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-sign-in-by-key-'));
  await (await startPool({ statePath: join(folder, 'new.json'), users: USERS })).close();
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  const statePath = join(folder, 'state.json');
  await copyFile(join(folder, 'new.json'), statePath);
  pool = await startPool({ statePath });
  station = await mkdtemp(join(folder, 'station-'));
});
afterEach(async () => {
  await pool.close();
  await key.close();
});

/** Plugs in a key with a PIN. */
async function plug(profile?: ProfileName, quirks?: Quirks): Promise<void> {
  key = await simulatedKey(profile, undefined, quirks);
  env = { KEYDESK_POOL: describePool(pool), KEYDESK_KEYS: key.id, KEYDESK_STATION: station };
  await run(['pin', 'set', '--key', key.id], { lines: [PIN] });
}

/** Adds a passkey for somebody of the pool: the station remembers whose it is. */
async function add(user: string): Promise<void> {
  const args = ['passkeys', 'add', '--user', user, '--with', 'password', '--json'];
  const ended = await run(args, { lines: [passwordOf(user), PIN], env });
  expect(json(ended)).toHaveProperty('credentialId');
}

/** As if they had been enrolled elsewhere. */
async function forgetPeople(): Promise<void> {
  await writeFile(join(station, PASSKEYS_FILE), '[]');
}

/** Signs in without a name. Tells the calls to the pool as well. */
async function signIn(...lines: string[]) {
  const before = pool.calls().length;
  const ended = await run(['sign-in', '--json'], { lines, env });
  return { ...ended, calls: pool.calls().slice(before) };
}

describe('keydesk sign-in without a name', () => {
  it.each([
    ['2.1-pre', {}],
    ['2.1', {}],
    ['2.3', {}],
    ['2.1', { 'one-use-tokens': 1 }],
  ] as const)(
    'signs in whom a key of CTAP %s with %o says it is of: one PIN, one touch, two calls',
    async (profile, quirks) => {
      await plug(profile, quirks);
      await add('ana');
      await forgetPeople();
      const { stdout, stderr, calls } = await signIn(PIN);
      expect(JSON.parse(stdout)).toMatchObject({ username: 'ana' });
      expect(stderr).toBe('Signing in as ana.\nTouch the key now.\n');
      expect(calls).toEqual(TWO_CALLS);
    },
  );

  it('lets the person choose where the key is of several', async () => {
    await plug();
    await add('ana');
    await add('cleo');
    const program = new Run(['sign-in'], env, { rawModes: [] });
    await program.answers('PIN: ', PIN);
    await program.says('  1  cleo\n  2  ana\n');
    await program.says('Which one, 1 to 2? ');
    program.stdin.write('2\n');
    expect(await program.ended).toMatchObject({ status: 0, stdout: 'Signed in as ana.\n' });
    expect(program.told.match(/PIN:/g)).toHaveLength(1);
    expect(program.told.match(/Touch the key now/g)).toHaveLength(1);
  });

  it('takes the whole of a name that the key has cut from the station, or asks for it', async () => {
    await plug();
    await add(LONG_NAME);
    const known = await signIn(PIN);
    expect(JSON.parse(known.stdout)).toMatchObject({ username: LONG_NAME });
    await forgetPeople();
    const { stdout, stderr, calls } = await signIn(PIN, LONG_NAME);
    expect(JSON.parse(stdout)).toMatchObject({ username: LONG_NAME });
    expect(stderr).toContain(`It begins with ${'x'.repeat(64)}\n`);
    expect(calls).toEqual(TWO_CALLS);
  });

  it('says that the key has nobody of this pool, and makes no call', async () => {
    await plug();
    const { status, stdout, calls } = await signIn(PIN);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'key/no-passkey' } });
    expect(calls).toEqual([]);
  });

  it('ends with a wrong PIN, and makes no call', async () => {
    await plug();
    await add('ana');
    const { stdout, calls } = await signIn('999999', PIN);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'pin/wrong' } });
    expect(calls).toEqual([]);
  });

  it('asks for the name, where the key has no PIN and so lists nothing', async () => {
    key = await simulatedKey();
    env = { KEYDESK_POOL: describePool(pool), KEYDESK_KEYS: key.id, KEYDESK_STATION: station };
    const { stderr, calls } = await signIn('nobody');
    expect(stderr).toContain('Signing in as nobody.');
    expect(calls).toContain('InitiateAuth');
  });

  it('still takes a name', async () => {
    await plug();
    await add('ana');
    const ended = await run(['sign-in', '--user', 'ana', '--json'], { lines: [PIN], env });
    expect(json(ended)).toMatchObject({ username: 'ana' });
    expect(ended.stderr).toBe('Touch the key now.\n');
  });
});

describe('keydesk sign-in without a name, and a key that does not list', () => {
  it('asks for the name at a station that knows nobody, and troubles the key once', async () => {
    await plug('2.0');
    await add('ana');
    await forgetPeople();
    const { stdout, stderr, calls } = await signIn('ana', PIN);
    expect(JSON.parse(stdout)).toMatchObject({ username: 'ana' });
    expect(stderr).toBe('Signing in as ana.\nTouch the key now.\n');
    expect(calls).toEqual(TWO_CALLS);
  });

  it('takes two touches and one PIN at a station where the person was enrolled', async () => {
    await plug('2.0');
    await add('ana');
    const { stdout, stderr, calls } = await signIn(PIN);
    expect(JSON.parse(stdout)).toMatchObject({ username: 'ana' });
    expect(stderr).toMatch(
      /^This key does not list .*\nTouch the key now\.\nSigning in as ana\.\nTouch the key now\.\n$/,
    );
    expect(calls).toEqual(TWO_CALLS);
  });

  it('asks for the name where others were enrolled, and not for the PIN again', async () => {
    await plug('2.0');
    await add('ana');
    const path = join(station, PASSKEYS_FILE);
    const records = JSON.parse(await readFile(path, 'utf8')) as object[];
    const others = records.map((record) => ({
      ...record,
      sub: '94482458-e0a1-7005-dd3f-000000000000',
      username: 'cleo',
    }));
    await writeFile(path, JSON.stringify(others));
    const { stdout, calls } = await signIn(PIN, 'ana');
    expect(JSON.parse(stdout)).toMatchObject({ username: 'ana' });
    expect(calls).toEqual(TWO_CALLS);
  });
});
