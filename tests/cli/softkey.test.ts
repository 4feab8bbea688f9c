import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CtapCommand } from '../../src/ctap/commands.js';
import { HidCommand, HidErrorCode } from '../../src/ctap/hid/constants.js';
import type { HidPort } from '../../src/ctap/hid/port.js';
import { openUdpPort } from '../../src/ctap/hid/udp-port.js';
import { QUIRK_NAMES } from '../../src/softkey/quirks/quirks.js';
import { getting, made, making, map, Platform, RP_ID } from '../softkey/platform.js';
import { run, Run } from './harness.js';

const INTERRUPTED = 130;

let folder: string;
let state: string;
const running: { program: Run; port: HidPort }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-softkey-'));
  state = join(folder, 'key.json');
});
afterEach(async () => {
  await Promise.all(running.map(stop));
  await rm(folder, { recursive: true });
});

/** Starts a key, waits for the line that says it is ready, and opens a channel. */
async function start(...args: string[]) {
  const program = new Run(['softkey', '--udp', '127.0.0.1:0', ...args]);
  await program.says('\n');
  const line = program.printed;
  const port = await openUdpPort({ host: '127.0.0.1', port: Number(/udp:127\.0\.0\.1:(\d+)/.exec(line)?.[1]) });
  running.push({ program, port });
  return { program, line, platform: await Platform.open(port) };
}

async function stop({ program, port }: { program: Run; port: HidPort }): Promise<number> {
  await port.close();
  program.interrupt();
  return (await program.ended).status;
}

const stopAll = () => Promise.all(running.splice(0).map(stop));

describe('running', () => {
  it('says when it is ready, serves the profile asked for, and ends when interrupted', async () => {
    const { line, platform } = await start('--profile', '2.3');
    expect(line).toMatch(/^softkey ready udp:127\.0\.0\.1:\d+ profile 2\.3\n$/);
    expect((await platform.success(CtapCommand.GET_INFO)).get(1)).toContain('FIDO_2_3');
    const [status] = await stopAll();
    expect([0, INTERRUPTED]).toContain(status);
  });

  it('with --touch ask, Enter is the touch and n refuses', async () => {
    const { program, platform } = await start('--touch', 'ask');
    const touched = platform.ctap(CtapCommand.MAKE_CREDENTIAL, making());
    await program.says(`touch wanted for ${RP_ID}`);
    program.stdin.write('\n');
    expect((await touched).status).toBe('SUCCESS');
    const refused = platform.ctap(CtapCommand.SELECTION);
    await program.says('touch wanted - ');
    program.stdin.write('n\n');
    expect((await refused).status).toBe('OPERATION_DENIED');
  });

  it('is without power for a moment when r is typed', async () => {
    const { program, platform } = await start();
    program.stdin.write('r\n');
    await program.says('unplugged and plugged in again');
    await platform.send(HidCommand.PING, Uint8Array.of(1));
    const { command, payload } = await platform.message();
    expect([command, payload[0]]).toEqual([HidCommand.ERROR, HidErrorCode.INVALID_CHANNEL]);
  });

  it('with --touch and a number, the touch takes a moment', async () => {
    const { platform } = await start('--touch', '5');
    const { status, keepalives } = await platform.ctap(CtapCommand.SELECTION);
    expect([status, keepalives[0]]).toEqual(['SUCCESS', 2]);
  });

  it('with --state, remembers credentials from one run to the next', async () => {
    const first = await start('--state', state);
    const request = making({ options: { rk: true } });
    const { id } = made(await first.platform.success(CtapCommand.MAKE_CREDENTIAL, request));
    await stopAll();
    const second = await start('--state', state);
    const answer = await second.platform.ctap(CtapCommand.GET_ASSERTION, getting({ allow: [id] }));
    expect(answer.status).toBe('SUCCESS');
  });

  it('can be one of the time before CTAP 2.1', async () => {
    const { platform } = await start('--profile', '2.1-pre');
    expect((await platform.success(CtapCommand.GET_INFO)).get(1)).toEqual(['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE']);
  });

  it('with --quirk, is odd in the ways that are named', async () => {
    const { platform } = await start('--quirk', 'unknown-status=243', '--quirk', 'unknown-members');
    expect((await platform.success(CtapCommand.GET_INFO)).get('vendor')).toBeInstanceOf(Uint8Array);
    expect((await platform.ctap(CtapCommand.SELECTION)).status).toBe('VENDOR_F3');
  });

  it('lists the quirks that there are', async () => {
    const { stdout } = await run(['softkey', '--help']);
    for (const name of QUIRK_NAMES) expect(stdout).toContain(`  ${name}`);
  });

  it('has a fingerprint sensor where it is asked for one', async () => {
    const { platform } = await start('--fingerprints');
    expect(map(await platform.success(CtapCommand.GET_INFO), 4).get('bioEnroll')).toBe(false);
  });

  it('ends too while it waits for a touch', async () => {
    const { platform } = await start('--touch', 'never');
    await platform.send(HidCommand.CBOR, Uint8Array.of(CtapCommand.SELECTION));
    await platform.message();
    const [status] = await stopAll();
    expect([0, INTERRUPTED]).toContain(status);
  });
});

describe('bad input', () => {
  it.each([
    ['nowhere to answer', [], '--udp or --gadget'],
    ['an address beyond loopback', ['--udp', '192.0.2.1:9111'], 'loopback'],
    ['no port', ['--udp', '127.0.0.1'], 'HOST:PORT'],
    ['a port that there cannot be', ['--udp', '127.0.0.1:70000'], 'HOST:PORT'],
    ['an unknown profile', ['--udp', '127.0.0.1:0', '--profile', '1.0'], '2.0, 2.1-pre, 2.1, 2.3'],
    ['fingerprints of 2018', ['--udp', '127.0.0.1:0', '--profile', '2.0', '--fingerprints'], 'later --profile'],
    ['an unknown touch', ['--udp', '127.0.0.1:0', '--touch', 'sometimes'], 'auto, ask, never'],
    ['an unknown quirk', ['--udp', '127.0.0.1:0', '--quirk', 'lazy'], 'lazy is no quirk; there are foreign-frames'],
    ['a gadget that is not there', ['--gadget', '/dev/hidg99'], '/dev/hidg99'],
  ])('%s is explained', async (_what, args, hint) => {
    const { status, stdout, stderr } = await run(['softkey', ...args]);
    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(hint);
  });

  it('a damaged state file is named, and stays as it is', async () => {
    await writeFile(state, '{"format":"keydesk-softkey-state"');
    const { status, stderr } = await run(['softkey', '--udp', '127.0.0.1:0', '--state', state]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${state}: no state of a software key`);
    expect(await readFile(state, 'utf8')).toBe('{"format":"keydesk-softkey-state"');
    expect(await readdir(folder)).toEqual(['key.json']);
  });

  it('a port that is taken is named', async () => {
    const { line } = await start();
    const address = /udp:(\S+)/.exec(line)?.[1] ?? '';
    const { status, stderr } = await run(['softkey', '--udp', address]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(address);
  });
});
