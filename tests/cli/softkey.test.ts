import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { CtapCommand } from '../../src/ctap/commands.js';
import { HidCommand } from '../../src/ctap/hid/constants.js';
import { openUdpPort } from '../../src/ctap/hid/udp-port.js';
import { FileStore } from '../../src/softkey/store/file-store.js';
import { getting, made, making, Platform, RP_ID, userOf } from '../softkey/platform.js';

/** The built command, below the repository, so that it finds its packages; and the shortest program around it. */
const OUT = resolve('out', `test-cli-${process.pid}`);
const PROGRAM = `
  import { softkeyCommand } from ${JSON.stringify(pathToFileURL(join(OUT, 'softkey.js')))};
  await softkeyCommand().parseAsync(process.argv.slice(1), { from: 'user' });
`;
// Programs start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let state: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'src/cli/commands/softkey.ts', target: 'node20.19', outDir: OUT },
  });
}, 60_000);
afterAll(() => rm(OUT, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-softkey-'));
  state = join(folder, 'key.json');
});
afterEach(async () => {
  for (const child of running.splice(0)) await end(child, 'SIGKILL');
  await rm(folder, { recursive: true });
});

function run(...args: string[]): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  const node = ['--input-type=module', '-e', PROGRAM, '--', ...args];
  const child = spawn(process.execPath, node, { stdio: ['pipe', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
  return child.exitCode;
}

/** Starts a key, waits for the line that says it is ready, and opens a channel. */
async function start(...args: string[]) {
  const child = run('--udp', '127.0.0.1:0', ...args);
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line')) as [string];
  const [, port] = /^softkey ready udp:127\.0\.0\.1:(\d+) profile \d\.\d$/.exec(line) ?? [];
  if (port === undefined) throw new Error(`Not a ready line: ${line}`);
  const hidPort = await openUdpPort({ host: '127.0.0.1', port: Number(port) });
  return { child, line, hidPort, platform: await Platform.open(hidPort) };
}

describe('running', () => {
  it('says when it is ready, serves the profile asked for, and ends on SIGTERM', async () => {
    const { child, line, hidPort, platform } = await start('--profile', '2.3');
    expect(line).toMatch(/ profile 2\.3$/);
    expect((await platform.success(CtapCommand.GET_INFO)).get(1)).toContain('FIDO_2_3');
    await hidPort.close();
    expect(await end(child, 'SIGTERM')).toBe(0);
  });

  it('with --touch ask, Enter is the touch and n refuses', async () => {
    const { child, hidPort, platform } = await start('--touch', 'ask');
    const prompts = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
    for (const [typed, status] of [
      ['\n', 'SUCCESS'],
      ['n\n', 'OPERATION_DENIED'],
    ] as const) {
      // prettier-ignore
      const answer = platform.ctap(CtapCommand.MAKE_CREDENTIAL, making());
      expect((await prompts.next()).value).toContain(RP_ID);
      child.stdin?.write(typed);
      expect((await answer).status).toBe(status);
    }
    await hidPort.close();
    expect(await end(child, 'SIGINT')).toBe(0);
  });

  it('with --state, remembers credentials from one run to the next', async () => {
    const first = await start('--state', state);
    const request = making({ options: { rk: true } });
    const { id } = made(await first.platform.success(CtapCommand.MAKE_CREDENTIAL, request));
    await first.hidPort.close();
    await end(first.child, 'SIGTERM');
    const second = await start('--state', state);
    const answer = await second.platform.ctap(CtapCommand.GET_ASSERTION, getting({ allow: [id] }));
    expect(answer.status).toBe('SUCCESS');
    await second.hidPort.close();
  });
});

it(
  'killed in the middle of writing, again and again, it has every credential that it confirmed',
  { timeout: 60_000 },
  async () => {
    let confirmed = 0;
    for (let round = 0; round < 4; round++) {
      const { child, hidPort, platform } = await start('--state', state);
      for (let times = 0; times < 2; times++) {
        await platform.success(
          CtapCommand.MAKE_CREDENTIAL,
          making({ options: { rk: true }, user: userOf(++confirmed) }),
        );
      }
      // The keepalive for the touch comes just before the key writes.
      const request = making({ options: { rk: true }, user: userOf(confirmed + 1) });
      const answer = platform.ctap(CtapCommand.MAKE_CREDENTIAL, request).catch(() => undefined);
      if (round % 2 === 0) await platform.port.read(1000).catch(() => undefined);
      await end(child, 'SIGKILL');
      await hidPort.close();
      await answer;

      const { initial } = await FileStore.open(state);
      const users = initial?.credentials.map(({ user }) => user.name);
      expect(users?.slice(0, confirmed)).toEqual(Array.from({ length: confirmed }, (_, index) => `user${index + 1}`));
      expect(users?.length).toBeLessThanOrEqual(confirmed + 1);
      confirmed = users?.length ?? 0;
    }
  },
);

describe('bad input ends with one line and a status other than 0', () => {
  const refused = async (...args: string[]) => {
    const child = run(...args);
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect(output).toBe('');
    expect(child.exitCode).toBe(1);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
    return errors;
  };

  it.each([
    ['nowhere to answer', [], '--udp or --gadget'],
    ['an address beyond loopback', ['--udp', '192.0.2.1:9111'], 'no loopback address'],
    ['no port', ['--udp', '127.0.0.1'], 'HOST:PORT'],
    ['a port that there cannot be', ['--udp', '127.0.0.1:70000'], 'HOST:PORT'],
    ['an unknown profile', ['--udp', '127.0.0.1:0', '--profile', '1.0'], '2.0, 2.1, 2.3'],
    ['an unknown touch', ['--udp', '127.0.0.1:0', '--touch', 'sometimes'], 'auto, ask, never'],
    ['a gadget that is not there', ['--gadget', '/dev/hidg99'], '/dev/hidg99'],
  ])('%s', async (_what, args, hint) => {
    expect(await refused(...args)).toContain(hint);
  });

  it('a damaged state file, which stays as it is', async () => {
    await writeFile(state, '{"format":"keydesk-softkey-state"');
    expect(await refused('--udp', '127.0.0.1:0', '--state', state)).toContain(`${state}: no state of a software key`);
    expect(await readFile(state, 'utf8')).toBe('{"format":"keydesk-softkey-state"');
    expect(await readdir(folder)).toEqual(['key.json']);
  });

  it('a port that is taken', async () => {
    const { line, hidPort } = await start();
    const address = /udp:(\S+)/.exec(line)?.[1] ?? '';
    expect(await refused('--udp', address)).toContain('EADDRINUSE');
    await hidPort.close();
  });
});

it('reports that arrive while the key waits for a touch do not stop it from ending', async () => {
  const { child, hidPort, platform } = await start('--touch', 'never');
  await platform.send(HidCommand.CBOR, Uint8Array.of(CtapCommand.SELECTION));
  await platform.message();
  await hidPort.close();
  expect(await end(child, 'SIGTERM')).toBe(0);
});
