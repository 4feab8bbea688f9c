import { readFileSync, writeFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { describePool, type RunningPool, startPool } from '../../src/pool/pool.js';
import type { Mail } from '../../src/pool/users/mail.js';
import { Journal, type NewEntry } from '../../src/station/journal.js';
import { type FakeTerminal, json, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

const PIN = '471100';
const PASSWORD = 'Practice-ana-1';

// Hashing passwords and starting the SDK take their time on a machine that does much else.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
let station: string;
let pool: RunningPool;
let mails: Mail[];
let key: SimulatedKey;
let env: Record<string, string>;

/** A new pool makes RSA keys, which takes seconds: it is made once, and each test gets a copy. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-sign-in-'));
  await (await startPool({ statePath: join(folder, 'new.json') })).close();
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  mails = [];
  const statePath = join(folder, 'state.json');
  await copyFile(join(folder, 'new.json'), statePath);
  pool = await startPool({ statePath, onMail: (mail) => mails.push(mail) });
  key = await simulatedKey();
  await run(['pin', 'set', '--key', key.id], { lines: [PIN] });
  station = await mkdtemp(join(folder, 'station-'));
  env = { KEYDESK_POOL: describePool(pool), KEYDESK_KEYS: key.id, KEYDESK_STATION: station };
});
afterEach(async () => {
  await pool.close();
  await key.close();
});

const keydesk = (args: readonly string[], lines: readonly string[] = []) => run([...args, '--json'], { lines, env });
const signIn = (lines: readonly string[], ...more: string[]) => keydesk(['sign-in', '--user', 'ana', ...more], lines);
const passkeys = (command: readonly string[], lines: readonly string[], factor = 'password') =>
  keydesk(['passkeys', ...command, '--user', 'ana', '--with', factor], lines);
const add = () => passkeys(['add'], [PASSWORD, PIN]);
/** Only those calls that a person waits for when signing in. */
const callsSince = (before: number) => pool.calls().slice(before);
const start = (...args: string[]) => new Run(args, env, { rawModes: [] } satisfies FakeTerminal);

describe('keydesk sign-in', () => {
  it('signs in with a password from standard input, and ends the sign-in again', async () => {
    const ended = await signIn([PASSWORD], '--with', 'password');
    expect(ended.status).toBe(0);
    expect(json(ended)).toMatchObject({ username: 'ana', email: 'ana@example.com' });
    expect(ended.stdout).not.toContain('Token');
    expect(pool.calls()).toEqual(['InitiateAuth', 'RespondToAuthChallenge', 'RevokeToken']);
  });

  it('signs in with a passkey by two calls', async () => {
    expect(await add()).toMatchObject({ status: 0 });
    const before = pool.calls().length;
    const ended = await signIn([PIN]);
    expect(json(ended)).toMatchObject({ username: 'ana' });
    expect(ended.stderr).toBe('Touch the key now.\n');
    expect(callsSince(before)).toEqual(['InitiateAuth', 'RespondToAuthChallenge', 'RevokeToken']);
  });

  it('signs in with a code that came by mail', async () => {
    const program = start('sign-in', '--user', 'ana', '--with', 'email-code', '--json');
    await program.says('Code on its way to ');
    program.stdin.write(`${mails.at(-1)?.code ?? ''}\r`);
    expect(json(await program.ended)).toMatchObject({ username: 'ana' });
  });

  it('asks a person again after a wrong code', async () => {
    const program = start('sign-in', '--user', 'ana', '--with', 'email-code');
    await program.says('Code on its way to ');
    const code = mails.at(-1)?.code ?? '';
    program.stdin.write(`${code === '12345678' ? '87654321' : '12345678'}\r`);
    await program.says('That code is wrong.');
    program.stdin.write(`${code}\r`);
    expect(await program.ended).toMatchObject({ status: 0, stdout: 'Signed in as ana.\n' });
  });

  it('lets somebody with a temporary password choose one', async () => {
    const args = ['sign-in', '--user', 'ben', '--with', 'password'];
    expect(await keydesk(args, ['Practice-ben-1', 'One-of-my-own-2'])).toMatchObject({ status: 0 });
    expect(await keydesk(args, ['One-of-my-own-2'])).toMatchObject({ status: 0 });
  });

  it('tells the rule that a new password breaks, and takes no other by itself', async () => {
    const ended = await keydesk(
      ['sign-in', '--user', 'ben', '--with', 'password'],
      ['Practice-ben-1', 'short', 'One-of-my-own-2'],
    );
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'pool/weak-password' } });
  });

  it('tells a wrong password', async () => {
    const ended = await signIn(['Practice-ana-2', PASSWORD], '--with', 'password');
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'pool/not-authorized' } });
  });

  it('says what the pool offers to somebody who has no passkey', async () => {
    const ended = await signIn([]);
    expect(ended.status).toBe(2);
    expect(json(ended)).toMatchObject({ error: { next: expect.stringContaining('password') as unknown } });
  });

  it('lets a person choose among what the pool offers', async () => {
    const program = start('sign-in', '--user', 'ana');
    await program.says('Sign in with (');
    program.stdin.write('password\n');
    await program.answers('Password: ', PASSWORD);
    expect(await program.ended).toMatchObject({ status: 0 });
  });

  it('prints the tokens only on demand, and then leaves the sign-in open', async () => {
    const ended = await signIn([PASSWORD], '--with', 'password', '--tokens');
    expect(json(ended)).toMatchObject({ tokens: { accessToken: expect.stringMatching(/^ey/) as unknown } });
    expect(pool.calls()).not.toContain('RevokeToken');
  });

  it('tells a pool that cannot be reached', async () => {
    await pool.close();
    expect(json(await signIn([]))).toMatchObject({ error: { code: 'pool/network' } });
  });

  it('uses no passkey of another relying party than the one named', async () => {
    await add();
    const ended = await signIn([PIN], '--rp-id', 'example.com');
    expect(json(ended)).toMatchObject({ error: { code: 'rp/not-allowed' } });
    expect(ended.stderr).toBe('');
  });
});

describe('the user pool that a command is for', () => {
  it('may be in a file that KEYDESK_POOL names', async () => {
    const file = join(folder, 'pool.json');
    await writeFile(file, describePool(pool));
    env = { KEYDESK_POOL: file };
    expect(await signIn([PASSWORD], '--with', 'password')).toMatchObject({ status: 0 });
  });

  it('may be given by options alone', async () => {
    env = {};
    const { endpoint, region, userPoolId, clientId, rpId } = pool;
    const options = ['--endpoint', endpoint, '--region', region, '--user-pool-id', userPoolId, '--client-id', clientId];
    expect(await signIn([PASSWORD], '--with', 'password', ...options, '--rp-id', rpId)).toMatchObject({ status: 0 });
  });

  it.each([
    ['{}', '--region, --user-pool-id, --client-id, --rp-id'],
    ['/nowhere/pool.json', 'KEYDESK_POOL'],
    ['{"region":', 'KEYDESK_POOL'],
    ['{"region":"local","clientId":"c","rpId":"localhost","endpoint":"http://198.51.100.7:9229"}', '--endpoint'],
  ])('is refused when it is %s', async (text, named) => {
    env = { KEYDESK_POOL: text };
    const ended = await signIn([PASSWORD]);
    expect(ended.status).toBe(2);
    expect(json(ended)).toMatchObject({ error: { code: 'usage', message: expect.stringContaining(named) as unknown } });
  });
});

describe('keydesk passkeys', () => {
  it('adds a passkey by two calls after the sign-in, lists it, and deletes it', async () => {
    const { credentialId } = json(await add()) as { credentialId: string };
    expect(pool.calls().slice(2)).toEqual(['StartWebAuthnRegistration', 'CompleteWebAuthnRegistration', 'RevokeToken']);
    expect(json(await passkeys(['list'], [PIN], 'passkey'))).toMatchObject({
      passkeys: [{ credentialId, rpId: 'localhost' }],
    });
    expect(json(await passkeys(['delete', credentialId, '--yes'], [PASSWORD]))).toEqual({ deleted: credentialId });
    expect(json(await passkeys(['list'], [PASSWORD]))).toEqual({ passkeys: [] });
  });

  it('signs in with one key to add another', async () => {
    await add();
    const other = await simulatedKey();
    env = { ...env, KEYDESK_KEYS: `${key.id},${other.id}` };
    await run(['pin', 'set', '--key', other.id], { lines: ['9999'] });
    const args = ['add', '--key', other.id, '--sign-in-key', key.id];
    expect(json(await passkeys(args, [PIN, '9999'], 'passkey'))).toMatchObject({ key: other.id });
    await other.close();
  });

  it('signs nobody in when there is no key to add', async () => {
    await key.close();
    expect(json(await add())).toMatchObject({ error: { code: 'key/removed' } });
    expect(pool.calls()).toEqual([]);
  });

  it('names what is on the key and not in the pool, when the pool fails in between, and takes it off again', async () => {
    const program = start('passkeys', 'add', '--user', 'ana', '--with', 'password');
    await program.answers('Password: ', PASSWORD);
    await program.says('PIN: ');
    await pool.close();
    program.stdin.write(`${PIN}\r`);
    const ended = await program.ended;
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('The passkey is on the key, but not in the pool.');
    const [, id = ''] = /keydesk passkeys orphans remove (\S+)`/.exec(ended.stderr) ?? [];
    expect(json(await keydesk(['passkeys', 'orphans']))).toMatchObject({
      orphans: [{ id, userName: 'ana', rpId: 'localhost', credentialId: expect.any(String) as string }],
    });
    expect(json(await keydesk(['passkeys', 'orphans', 'remove', id, '--yes'], [PIN]))).toEqual({ removed: id });
    expect(json(await keydesk(['credentials', 'list'], [PIN]))).toMatchObject({ credentials: [] });
    expect(json(await keydesk(['passkeys', 'orphans']))).toEqual({ orphans: [] });
  });

  it('says that a passkey may be on the key, when the answer of the key cannot be used, and finds it', async () => {
    const odd = await simulatedKey('2.1', undefined, { 'other-algorithm': 1 });
    env = { ...env, KEYDESK_KEYS: odd.id };
    await run(['pin', 'set', '--key', odd.id], { lines: [PIN] });
    const ended = await passkeys(['add', '--key', odd.id], [PASSWORD, PIN]);
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('The passkey may be on the key all the same.');
    const { orphans } = json(await keydesk(['passkeys', 'orphans'])) as { orphans: { id: string }[] };
    expect(orphans).toMatchObject([{ userName: 'ana' }]);
    const remove = ['passkeys', 'orphans', 'remove', orphans[0]?.id ?? '', '--yes', '--with', 'password'];
    expect(json(await keydesk(remove, [PASSWORD, PIN]))).toEqual({ removed: orphans[0]?.id });
    expect(json(await keydesk(['credentials', 'list'], [PIN]))).toMatchObject({ credentials: [] });
    await odd.close();
  });

  describe('left by a program that ended while it asked the key, so that nobody knows which one', () => {
    const id = '00000000-0000-4000-8000-000000000003';
    const remove = (lines: readonly string[], ...more: string[]) =>
      keydesk(['passkeys', 'orphans', 'remove', id, '--yes', '--with', 'password', ...more], lines);
    const onKey = async () => json(await keydesk(['credentials', 'list'], [PIN]));

    /** Such an enrolment of ana's on this station; then the key is enrolled as on another one, without a record here. */
    async function enrolledElsewhereSince(entry: Partial<NewEntry> = {}): Promise<string> {
      const { credentialId } = json(await add()) as { credentialId: string };
      const { credentials } = (await onKey()) as { credentials: { userId: string }[] };
      const left = new Journal({ folder: join(station, 'journal'), now: Date.now, pid: 0, isRunning: () => false });
      await left.begin({
        id,
        rpId: 'localhost',
        userId: credentials[0]?.userId ?? '',
        userName: 'ana',
        keyProduct: 'Test key',
        aaguid: '00000000-0000-0000-0000-000000000000',
        createdAt: '2026-11-23T10:00:00Z',
        ...entry,
      });
      await left.abandon(id);
      return credentialId;
    }

    it('leaves what the pool has by now on the key', async () => {
      const credentialId = await enrolledElsewhereSince();
      const before = pool.calls().length;
      expect(json(await remove([PASSWORD, PIN]))).toMatchObject({ error: { code: 'key/no-passkey' } });
      expect(callsSince(before)).toEqual([
        'InitiateAuth',
        'RespondToAuthChallenge',
        'ListWebAuthnCredentials',
        'RevokeToken',
      ]);
      expect(await onKey()).toMatchObject({ credentials: [{ credentialId }] });
      expect(json(await keydesk(['passkeys', 'orphans']))).toMatchObject({ orphans: [{ id }] });
    });

    it('takes it off once the pool has it no more', async () => {
      const credentialId = await enrolledElsewhereSince();
      await passkeys(['delete', credentialId, '--yes'], [PASSWORD]);
      expect(json(await remove([PASSWORD, PIN]))).toEqual({ removed: id });
      expect(await onKey()).toMatchObject({ credentials: [] });
    });

    it('takes nothing off for somebody else', async () => {
      const credentialId = await enrolledElsewhereSince({ userId: 'YmVu', userName: 'ben' });
      const ended = await remove([PASSWORD, PIN], '--user', 'ana');
      expect(ended.status).toBe(2);
      expect(json(ended)).toMatchObject({
        error: { code: 'usage', next: expect.stringContaining('Sign in as ben') as string },
      });
      expect(await onKey()).toMatchObject({ credentials: [{ credentialId }] });
    });

    it('takes nothing off for another pool, or for none', async () => {
      const credentialId = await enrolledElsewhereSince({ rpId: 'login.example.com' });
      const before = pool.calls().length;
      expect(json(await remove([PASSWORD, PIN]))).toMatchObject({
        error: { code: 'usage', message: expect.stringContaining('login.example.com') as string },
      });
      env = { KEYDESK_KEYS: key.id, KEYDESK_STATION: station };
      expect(json(await remove([PASSWORD, PIN]))).toMatchObject({
        error: { code: 'usage', next: expect.stringContaining('KEYDESK_POOL') as string },
      });
      expect(callsSince(before)).toEqual([]);
      expect(await onKey()).toMatchObject({ credentials: [{ credentialId }] });
    });
  });

  it('leaves nothing in the journal where all went well, or the key refused', async () => {
    await add();
    expect(json(await add())).toMatchObject({ error: { code: 'key/already-registered' } });
    expect(json(await keydesk(['passkeys', 'orphans']))).toEqual({ orphans: [] });
  });

  it('leaves a record of the passkey, its public key and its person, and takes it away with the passkey', async () => {
    const { credentialId } = json(await add()) as { credentialId: string };
    const records = () => JSON.parse(readFileSync(join(station, 'passkeys.json'), 'utf8')) as object[];
    expect(records()).toEqual([
      expect.objectContaining({
        credentialId,
        nickname: expect.stringMatching(/./) as string,
        publicKey: expect.stringMatching(/^[\w-]{100,}$/) as string,
        sub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      }),
    ]);
    expect(await passkeys(['delete', credentialId, '--yes'], [PASSWORD])).toMatchObject({ status: 0 });
    expect(records()).toEqual([]);
  });

  it('adds a passkey though its record cannot be kept, and says so', async () => {
    writeFileSync(join(station, 'passkeys.json'), 'damaged');
    const ended = await add();
    expect(ended).toMatchObject({ status: 0, stderr: expect.stringContaining('damaged') as string });
    expect(readFileSync(join(station, 'passkeys.json'), 'utf8')).toBe('damaged');
    expect(json(await keydesk(['passkeys', 'orphans']))).toEqual({ orphans: [] });
  });

  it('closes an entry whose passkey the pool has, and tells of those that it has not', async () => {
    const { credentialId } = json(await add()) as { credentialId: string };
    const left = new Journal({ folder: join(station, 'journal'), now: Date.now, pid: 0, isRunning: () => false });
    const entry = {
      rpId: 'localhost',
      userId: 'YW5h',
      userName: 'ana',
      keyProduct: 'Test key',
      aaguid: '00000000-0000-0000-0000-000000000000',
      createdAt: '2026-11-23T10:00:00Z',
    };
    const [known, unknown] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
    await left.begin({ id: known, ...entry });
    await left.made(known, credentialId);
    await left.begin({ id: unknown, ...entry });
    for (const id of [known, unknown]) await left.abandon(id);
    const ended = await passkeys(['list'], [PASSWORD]);
    expect(ended.stderr).toContain('1 passkey was left on keys');
    expect(json(await keydesk(['passkeys', 'orphans']))).toMatchObject({ orphans: [{ id: unknown }] });
    expect(await keydesk(['passkeys', 'orphans', 'dismiss', unknown])).toMatchObject({ status: 2 });
    expect(await keydesk(['passkeys', 'orphans', 'dismiss', unknown, '--yes'])).toMatchObject({ status: 0 });
    expect(json(await keydesk(['passkeys', 'orphans']))).toEqual({ orphans: [] });
  });

  it.each(['../settings', 'ffffffff-ffff-4fff-8fff-ffffffffffff'])('knows no orphan %s', async (id) => {
    const ended = await keydesk(['passkeys', 'orphans', 'remove', id, '--yes'], [PIN]);
    expect(json(ended)).toMatchObject({ error: { code: 'usage' } });
  });

  it('adds nothing where no journal can be kept, and signs nobody in for it', async () => {
    env = { KEYDESK_POOL: env['KEYDESK_POOL'] ?? '', KEYDESK_KEYS: key.id };
    expect(json(await add())).toMatchObject({ error: { code: 'usage' } });
    expect(pool.calls()).toEqual([]);
  });

  it('needs --yes to delete where nobody can be asked', async () => {
    expect(await passkeys(['delete', 'AAAA'], [PASSWORD])).toMatchObject({ status: 2 });
    expect(pool.calls()).toEqual([]);
  });

  it('says when the pool does not have it', async () => {
    expect(json(await passkeys(['delete', 'AAAA', '--yes'], [PASSWORD]))).toMatchObject({
      error: { code: 'pool/passkey-not-found' },
    });
  });
});
