import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { AskPresence, json, run, Run, type SimulatedKey, simulatedKey } from './harness.js';

let one: SimulatedKey;
let other: SimulatedKey;

beforeEach(async () => {
  one = await simulatedKey('2.1');
  other = await simulatedKey('2.0');
});

afterEach(async () => {
  await one.close();
  await other.close();
});

describe('keydesk keys', () => {
  it('lists the simulators that answer, with what they say of themselves', async () => {
    const ended = await run(['keys', '--json'], { env: { KEYDESK_KEYS: `${one.id},${other.id}` } });
    expect(ended).toMatchObject({ status: 0 });
    expect(json(ended)).toMatchObject({
      keys: expect.arrayContaining([
        expect.objectContaining({
          id: one.id,
          connection: 'simulator',
          pin: expect.objectContaining({ state: 'unset' }) as unknown,
        }),
        expect.objectContaining({ id: other.id, versions: expect.arrayContaining(['FIDO_2_0']) as unknown }),
      ]) as unknown,
    });
  });

  it('says the same to a person', async () => {
    const { stdout } = await run(['keys'], { env: { KEYDESK_KEYS: one.id } });
    expect(stdout).toContain(one.id);
    expect(stdout).toContain('PIN       Not set.');
  });

  it.each(['udp:127.0.0.1', 'udp:192.0.2.1:9111', '127.0.0.1:9111'])('refuses KEYDESK_KEYS=%s', async (entry) => {
    const ended = await run(['keys', '--json'], { env: { KEYDESK_KEYS: `${one.id},${entry}` } });
    expect(ended.status).toBe(2);
    expect(json(ended)).toMatchObject({
      error: { code: 'usage', message: expect.stringContaining(`KEYDESK_KEYS: ${entry}`) as unknown },
    });
  });
});

describe('keydesk keys wink', () => {
  it('lets each key show itself, or the one that is named', async () => {
    const winked: string[] = [];
    const keys = ['a', 'b'].map((name) => new SoftKey({ profile: '2.1', onWink: () => winked.push(name) }));
    const servers = await Promise.all(keys.map((key) => listenUdp(key, { host: '127.0.0.1', port: 0 })));
    const ids = servers.map(({ port }) => `udp:127.0.0.1:${port}`);
    const all = await run(['keys', 'wink', '--json'], { env: { KEYDESK_KEYS: ids.join(',') } });
    expect(json(all)).toEqual({ keys: ids.map((id) => ({ id, winked: true })) });
    await run(['keys', 'wink', '--key', ids[1] ?? '']);
    expect(winked).toEqual(['a', 'b', 'b']);
    await Promise.all(servers.map((server) => server.close()));
  });
});

it('a key of U2F is listed with what it is', async () => {
  const old = await simulatedKey('u2f');
  const env = { KEYDESK_KEYS: old.id };
  expect(json(await run(['keys', '--json'], { env }))).toMatchObject({
    keys: [{ id: old.id, versions: ['U2F_V2'], pin: { state: 'unsupported' } }],
  });
  expect((await run(['keys'], { env })).stdout).toContain('a second factor only: no PIN, no passkeys on the key');
  expect(json(await run(['reset', '--json'], { env }))).toMatchObject({ error: { code: 'key/unsupported' } });
  await old.close();
});

describe('the key that a command is for', () => {
  it('is the one that --key names', async () => {
    expect(json(await run(['info', '--json', '--key', other.id]))).toMatchObject({ key: { id: other.id } });
  });

  it('must be named when there are several, which are listed then', async () => {
    const ended = await run(['info'], { env: { KEYDESK_KEYS: `${one.id},${other.id}` } });
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toContain('There are several security keys.');
    expect(ended.stderr).toContain(`--key ${one.id}`);
    expect(ended.stderr).toContain(`--key ${other.id}`);
  });

  it('is the one that is touched, where a person is at the terminal', async () => {
    const [left, right] = [new AskPresence(), new AskPresence()];
    const keys = [await simulatedKey('2.0', left), await simulatedKey('2.3', right)];
    const env = { KEYDESK_KEYS: keys.map(({ id }) => id).join(',') };
    const program = new Run(['info', '--json'], env, { rawModes: [] });
    await program.says('Touch the one that is meant.');
    while (!right.waiting) await new Promise(setImmediate);
    right.press();
    const ended = await program.ended;
    expect(json(ended)).toMatchObject({ key: { id: keys[1]?.id } });
    expect(left.waiting).toBeUndefined();
    await Promise.all(keys.map((key) => key.close()));
  });

  it('is missed when no key has that name, and the others are listed', async () => {
    const ended = await run(['info', '--key', 'VM-0001'], { env: { KEYDESK_KEYS: one.id } });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('No security key "VM-0001" is plugged in.');
    expect(ended.stderr).toContain(one.id);
  });

  it('is not there when nobody listens at its address', async () => {
    await one.close();
    expect(json(await run(['info', '--json', '--key', one.id]))).toMatchObject({ error: { code: 'key/removed' } });
  });

  it.each(['udp:127.0.0.1:99999', 'udp:example.com:9111'])('cannot be at %s', async (id) => {
    expect(await run(['info', '--key', id])).toMatchObject({ status: 2 });
  });
});

describe('keydesk info', () => {
  it('shows every member, to a person and as JSON', async () => {
    const ended = await run(['info', '--json', '--key', one.id]);
    expect(json(ended)).toMatchObject({
      key: { id: one.id, deviceVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) as unknown },
      info: {
        versions: expect.arrayContaining(['FIDO_2_1']) as unknown,
        aaguid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as unknown,
        options: { rk: true, clientPin: false },
        minPinLength: 4,
        algorithms: expect.arrayContaining([-7]) as unknown,
      },
    });
    expect((await run(['info', '--key', one.id])).stdout).toMatch(/^ {2}options: .*rk true/m);
  });
});

describe('the command line itself', () => {
  it.each([
    [['keys', '--colour']],
    [['keyz']],
    [['pin', 'retries', 'again']],
    [['webauthn', 'create', 'options.json']],
  ])('ends with 2 when it cannot be understood: %j', async (args) => {
    const ended = await run([...args, '--json']);
    expect(ended.status).toBe(2);
    expect(json(ended)).toMatchObject({ error: { code: 'usage' } });
  });

  it('prints help and its version on standard output, and ends with 0', async () => {
    expect(await run(['--version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    });
    const { status, stdout } = await run(['pin', 'set', '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('--key <key>');
    expect(stdout).toContain('--json');
  });

  it('explains itself when nothing is asked, and ends with 2', async () => {
    const ended = await run([]);
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toContain('Usage: keydesk');
  });
});
