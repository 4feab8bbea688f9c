import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { creation, ORIGIN, PIN, RP_ID } from '../ctap/options.js';
import { json, Run, run, type SimulatedKey, simulatedKey } from './harness.js';

let key: SimulatedKey;
let credentialId: string;

/** Makes a passkey with options on standard input, the PIN after them. */
async function makePasskey(options: unknown, at = key.id): Promise<string> {
  const ended = await run(['webauthn', 'create', '-', '--origin', ORIGIN, '--key', at], {
    lines: [JSON.stringify(options), PIN],
  });
  return (json(ended) as { id: string }).id;
}

beforeEach(async () => {
  key = await simulatedKey();
  await run(['pin', 'set', '--key', key.id], { lines: [PIN] });
  credentialId = await makePasskey(creation());
});
afterEach(() => key.close());

const credentials = (args: readonly string[], lines: readonly string[] = [PIN]) =>
  run(['credentials', ...args, '--key', key.id, '--json'], { lines });
const listed = async () =>
  (json(await credentials(['list'])) as { credentials: { credentialId: string }[] }).credentials;

describe('keydesk credentials list', () => {
  it('shows relying party, user and credential ID', async () => {
    expect(json(await credentials(['list']))).toMatchObject({
      key: key.id,
      existing: 1,
      credentials: [{ credentialId, rpId: RP_ID, userName: 'ada@example.com', userDisplayName: 'Ada' }],
    });
    const { stdout } = await run(['credentials', 'list', '--key', key.id], { lines: [PIN] });
    for (const part of [RP_ID, 'ada@example.com', 'Ada', credentialId]) expect(stdout).toContain(part);
  });

  it('shows names that would rewrite the screen without what does it', async () => {
    await makePasskey(creation({ user: { id: 'Ym9i', name: 'bob\x1b[2Jeve', displayName: 'Bob\u202e' } }));
    const { stdout } = await run(['credentials', 'list', '--key', key.id], { lines: [PIN] });
    expect(stdout).toContain('bob\ufffd[2Jeve');
    for (const trick of ['\x1b', '\u202e']) expect(stdout).not.toContain(trick);
  });

  it('lists those of several relying parties, and says when there are none', async () => {
    const empty = await simulatedKey();
    await run(['pin', 'set', '--key', empty.id], { lines: [PIN] });
    expect(json(await run(['credentials', 'list', '--key', empty.id, '--json'], { lines: [PIN] }))).toMatchObject({
      existing: 0,
      credentials: [],
    });
    await empty.close();
    await makePasskey(creation({ rp: { id: 'example.com', name: 'Another' } }));
    expect(await listed()).toHaveLength(2);
  });

  it('tells a key that cannot do it', async () => {
    const old = await simulatedKey('2.0');
    await run(['pin', 'set', '--key', old.id], { lines: [PIN] });
    const ended = await run(['credentials', 'list', '--key', old.id, '--json'], { lines: [PIN] });
    expect(json(ended)).toMatchObject({ error: { code: 'key/unsupported' } });
    await old.close();
  });

  it('sets no PIN on a key that has none', async () => {
    const fresh = await simulatedKey();
    const ended = await run(['credentials', 'list', '--key', fresh.id, '--json'], { lines: [PIN] });
    expect(json(ended)).toMatchObject({ error: { code: 'pin/not-set' } });
    await fresh.close();
  });

  it('tells a wrong PIN and the tries left', async () => {
    expect(json(await credentials(['list'], ['0000', PIN]))).toMatchObject({
      error: { code: 'pin/wrong', retries: 7 },
    });
  });
});

describe('keydesk credentials delete', () => {
  it('deletes with --yes, and says whose passkey it was', async () => {
    const ended = await credentials(['delete', credentialId, '--yes']);
    expect(json(ended)).toMatchObject({ deleted: { credentialId, userName: 'ada@example.com' } });
    expect(await listed()).toEqual([]);
  });

  it('needs --yes where nobody can be asked, and spends no PIN before that', async () => {
    const ended = await credentials(['delete', credentialId], ['0000']);
    expect(ended.status).toBe(2);
    expect(json(await run(['pin', 'retries', '--key', key.id, '--json']))).toMatchObject({ pin: { retries: 8 } });
    expect(await listed()).toHaveLength(1);
  });

  it.each([
    ['yes', 0, 0],
    ['no', 1, 1],
  ])('asks a person, who answers %s', async (answer, status, left) => {
    const program = new Run(['credentials', 'delete', credentialId, '--key', key.id], {}, { rawModes: [] });
    await program.answers('PIN: ', PIN);
    await program.says(`Delete the passkey of ada@example.com at ${RP_ID}`);
    program.stdin.write(`${answer}\n`);
    expect((await program.ended).status).toBe(status);
    expect(await listed()).toHaveLength(left);
  });

  it('says when the key does not have it', async () => {
    expect(json(await credentials(['delete', 'AAAA', '--yes']))).toMatchObject({ error: { code: 'key/no-passkey' } });
  });

  it('refuses what is no credential ID', async () => {
    expect(await credentials(['delete', 'not base64url', '--yes'])).toMatchObject({ status: 2 });
  });
});

describe('keydesk credentials rename', () => {
  it('changes the names, cut to what keys keep, and leaves the rest', async () => {
    const long = `${'é'.repeat(31)}xyz`;
    const renamed = await credentials(['rename', credentialId, '--name', long]);
    expect(json(renamed)).toMatchObject({
      renamed: { credentialId, userName: `${'é'.repeat(31)}xy`, userDisplayName: 'Ada' },
    });
    expect(await listed()).toMatchObject([{ credentialId, userName: `${'é'.repeat(31)}xy`, userDisplayName: 'Ada' }]);
  });

  it('wants a name, and a passkey that is there', async () => {
    expect((await credentials(['rename', credentialId])).status).toBe(2);
    const { stdout } = await credentials(['rename', 'AAAA', '--name', 'ada']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'key/no-passkey' } });
  });
});

describe('a credential ID that begins with a dash', () => {
  it.each(['-7ibh8HX6D3Zsr68DIhgu-ovHNIHJSBJexNOIdeM40Q', '--ibh8HX6D3Zsr68DIhgu-ovHNIHJSBJexNOIdeM40Q'])(
    'is no option: %s',
    async (id) => {
      const ended = await credentials(['delete', id, '--yes']);
      expect(json(ended)).toMatchObject({ error: { code: 'key/no-passkey' } });
    },
  );
});
