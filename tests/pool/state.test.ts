import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GetTokensFromRefreshTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { describePool, startPool } from '../../src/pool/pool.js';
import { EMPTY_LOG, nextLine } from '../../src/pool/storage/log.js';
import { PoolUnderTest } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-pool-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The values of a log's lines. */
const valuesOf = (log: string): unknown[] =>
  log
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line.slice(9)) as unknown);

const headerOf = (log: string) => valuesOf(log)[0] as Record<string, unknown>;

function logOf(values: unknown[]): string {
  let end = EMPTY_LOG;
  return values
    .map((value) => {
      const next = nextLine(value, end);
      end = next.end;
      return next.line.toString();
    })
    .join('');
}

/** Every form that records of that kind have had, the newest last. */
async function recordsOf(statePath: string, kind: string): Promise<Record<string, unknown>[]> {
  const [, ...lines] = valuesOf(await readFile(statePath, 'utf8'));
  const changes = lines.flat() as [string, Record<string, unknown>][];
  return changes.filter(([of]) => of === kind).map(([, record]) => record);
}

/** What a file of version 2 would have held, of a pool that nothing was removed from. */
async function asOldState(statePath: string): Promise<Record<string, unknown>> {
  const [header] = valuesOf(await readFile(statePath, 'utf8'));
  const all = async (kind: string, key: string) =>
    new Map((await recordsOf(statePath, kind)).map((record) => [record[key], record]));
  const { format, ...identity } = header as Record<string, unknown>;
  expect(format).toBe('keydesk-pool');
  const { domains, modifiedAt, ...settings } = (await all('settings', '')).get(undefined) ?? {};
  expect([domains, modifiedAt]).not.toContain(undefined);
  const users = [...(await all('user', 'sub')).values()].map((user) => {
    expect(user['groups']).toEqual([]);
    const password = without(user['password'] as Record<string, unknown>, 'srp');
    const newer = ['groups', 'codes', 'pendingAttributes', 'mfa', 'softwareToken', 'pendingSoftwareToken'];
    return { ...without(user, ...newer), password, confirmation: null };
  });
  const grants = [...(await all('grant', 'id')).values()].map((grant) => without(grant, 'retired', 'amr'));
  return { ...identity, version: 2, settings, users, grants };
}

function without(record: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  expect(Object.keys(record)).toEqual(expect.arrayContaining(names));
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

function asVersion1({ settings, createdAt, ...rest }: Record<string, unknown>, clientId: string) {
  expect([settings, createdAt]).not.toContain(undefined);
  return { ...rest, version: 1, clientId };
}

let files = 0;
const newFile = () => join(folder, `${++files}.log`);

describe('a state file', () => {
  it('brings back users, passkeys, keys and sign-ins', async () => {
    const statePath = newFile();
    const before = await PoolUnderTest.start({ statePath });
    const { key, tokens } = await before.enrolled('ann');
    await before.stop();

    const after = await PoolUnderTest.start({ statePath });
    try {
      expect(after.pool.userPoolId).toBe(before.pool.userPoolId);
      expect(after.pool.clientId).toBe(before.pool.clientId);
      await after.signInWithKey('ann', key);
      await after.sdk.send(
        new GetTokensFromRefreshTokenCommand({ ClientId: after.pool.clientId, RefreshToken: tokens.refreshToken }),
      );
      // The counter came back too: the key's last answer does not serve again.
      await expect(after.signInWithKey('ann', key, { counter: 2 })).rejects.toMatchObject({
        name: 'NotAuthorizedException',
      });
    } finally {
      await after.stop();
    }
  });

  it('is written before the answer, for its owner only, and holds no password, code or token', async () => {
    const statePath = newFile();
    const t = await PoolUnderTest.start({ statePath });
    try {
      await t.addUser('bob', 'A-very-special-1');
      const tokens = await t.signInWithPassword('bob', 'A-very-special-1');
      const text = await readFile(statePath, 'utf8');
      expect(text).toContain('"bob"');
      for (const secret of ['A-very-special-1', 'Practice-ana-1', tokens.refreshToken, tokens.accessToken])
        expect(text).not.toContain(secret);
      if (process.platform !== 'win32') expect((await stat(statePath)).mode & 0o777).toBe(0o600);
    } finally {
      await t.stop();
    }
  });

  it('names the ready-made users only while their password is still the first', async () => {
    const statePath = newFile();
    const before = await PoolUnderTest.start({ statePath });
    expect(before.pool.users.map(({ username, status }) => [username, status])).toEqual([
      ['ana', 'CONFIRMED'],
      ['ben', 'FORCE_CHANGE_PASSWORD'],
    ]);
    const question = await before.initiate('ben', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Practice-ben-1' });
    await before.answer(question, 'ben', { NEW_PASSWORD: 'Correct-horse-1' });
    await before.stop();
    const after = await PoolUnderTest.start({ statePath });
    expect(after.pool.users.map(({ username }) => username)).toEqual(['ana']);
    await after.stop();
  });

  it.each([1, 2])('of version %i is brought to the form of today, and keeps all that it had', async (version) => {
    const statePath = newFile();
    const before = await PoolUnderTest.start({ statePath });
    const { key } = await before.enrolled('ann');
    await before.stop();
    const old = await asOldState(statePath);
    await writeFile(statePath, JSON.stringify(version === 1 ? asVersion1(old, before.pool.clientId) : old));
    const after = await PoolUnderTest.start({ statePath });
    try {
      expect(after.pool.clientId).toBe(before.pool.clientId);
      await after.signInWithKey('ann', key);
      expect(await readFile(statePath, 'utf8')).not.toMatch(/^\{/);
      // SRP needs what only the password itself can give: it is there once that was seen.
      const srpOf = async () => {
        const users = (await recordsOf(statePath, 'user')) as { username: string; password: { srp: unknown } }[];
        return users.findLast(({ username }) => username === 'ann')?.password.srp;
      };
      expect(await srpOf()).toBeNull();
      await after.signInWithPassword('ann');
      expect(await srpOf()).toMatchObject({ salt: expect.any(String) as string });
    } finally {
      await after.stop();
    }
  });

  it('keeps what was set, unless the start says otherwise', async () => {
    const statePath = newFile();
    const rpIdOf = async (options: { rpId?: string }) => {
      const pool = await startPool({ statePath, ...options });
      await pool.close();
      return pool.rpId;
    };
    expect(await rpIdOf({ rpId: 'auth.example.com' })).toBe('auth.example.com');
    expect(await rpIdOf({})).toBe('auth.example.com');
    expect(await rpIdOf({ rpId: 'localhost' })).toBe('localhost');
  });

  it('that is damaged is named and left alone', async () => {
    const statePath = newFile();
    await (await startPool({ statePath })).close();
    const old = await asOldState(statePath);
    const good = await readFile(statePath, 'utf8');
    const lines = good.split('\n');
    for (const damaged of [
      '',
      'null',
      '[]',
      // Of the form of today:
      lines[0] ?? '',
      good.replace('"email"', '"e-mail"'),
      good.slice(10),
      `${good}\n`,
      [...lines.slice(0, 1), ...lines.slice(2)].join('\n'),
      [...lines.slice(0, 2), lines[1], ...lines.slice(2)].join('\n'),
      logOf([{ ...headerOf(good), version: 4 }]),
      logOf([headerOf(good), [['settings', {}]]]),
      logOf([headerOf(good), [['settings', old['settings']]], [['surprise', 1]]]),
      logOf([headerOf(good), [['settings', old['settings']]], [['user', { username: 'ann' }]]]),
      logOf([headerOf(good), [['settings', old['settings']]], [['no-user', 1]]]),
      // Of the forms before:
      JSON.stringify(old).slice(0, -10),
      JSON.stringify({ ...old, version: 3 }),
      JSON.stringify({ ...old, users: [{}] }),
      JSON.stringify({ ...old, signingKeys: undefined }),
      JSON.stringify({ ...old, surprise: 1 }),
    ]) {
      await writeFile(statePath, damaged);
      await expect(startPool({ statePath })).rejects.toMatchObject({ name: 'PoolError', code: 'state-damaged' });
      expect(await readFile(statePath, 'utf8')).toBe(damaged);
    }
  });

  it('is never taken for one when it is any other JSON', async () => {
    const statePath = newFile();
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        await writeFile(statePath, json);
        await expect(startPool({ statePath })).rejects.toMatchObject({ code: 'state-damaged' });
      }),
      { numRuns: 50 },
    );
  });

  it('that cannot be read is named', async () => {
    await expect(startPool({ statePath: folder })).rejects.toMatchObject({ code: 'state-unreadable' });
  });
});

describe('starting', () => {
  it('says on which port it cannot listen', async () => {
    const pool = await startPool();
    const port = Number(new URL(pool.endpoint).port);
    await expect(startPool({ port })).rejects.toMatchObject({ name: 'PoolError', code: 'port-unavailable' });
    await pool.close();
    await pool.close();
  });

  it('refuses a pool that nobody could enter without a passkey', async () => {
    await expect(startPool({ firstFactors: ['WEB_AUTHN'] })).rejects.toMatchObject({ code: 'bad-options' });
    await expect(startPool({ firstFactors: [] })).rejects.toMatchObject({ code: 'bad-options' });
    await expect(startPool({ rpId: 'co.uk' })).rejects.toMatchObject({ code: 'bad-options' });
    await expect(startPool({ adminKeys: [] })).rejects.toMatchObject({ code: 'bad-options' });
  });

  it('is told in one line', async () => {
    const pool = await startPool({ rpId: 'auth.example.com', users: [] });
    const line = describePool(pool);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      endpoint: pool.endpoint,
      region: 'local',
      userPoolId: pool.userPoolId,
      clientId: pool.clientId,
      rpId: 'auth.example.com',
      users: [],
    });
    await pool.close();
  });
});
