import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { concat } from '../../../src/ctap/codec/bytes.js';
import { type CborMap, encode } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand } from '../../../src/ctap/commands.js';
import { HidCommand } from '../../../src/ctap/hid/constants.js';
import { toReports } from '../../../src/ctap/hid/framing.js';
import { openUdpPort } from '../../../src/ctap/hid/udp-port.js';
import { FileStore } from '../../../src/softkey/store/file-store.js';
import { making, Platform, READ_MS, userOf } from '../platform.js';

const ROUNDS = 5;

/** The built key, below the repository so that it finds its packages, and the folder of its state. */
const OUT = resolve('out', `test-softkey-${process.pid}`);
let folder: string;

const PROGRAM = `
  const { SoftKey } = await import(${url('soft-key')});
  const { FileStore } = await import(${url('file-store')});
  const { listenUdp } = await import(${url('udp-server')});
  const key = new SoftKey({ profile: '2.1', store: await FileStore.open(process.argv[1]) });
  console.log((await listenUdp(key, { host: '127.0.0.1', port: 0 })).port);
`;

function url(name: string): string {
  return JSON.stringify(pathToFileURL(join(OUT, `${name}.js`)));
}

beforeAll(async () => {
  const input = ['soft-key', 'store/file-store', 'ports/udp-server'].map((name) => `src/softkey/${name}.ts`);
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: true, target: 'node20.19', outDir: OUT, rolldownOptions: { input } },
  });
  folder = await mkdtemp(join(tmpdir(), 'keydesk-killed-'));
}, 60_000);
afterAll(async () => {
  await rm(OUT, { recursive: true });
  await rm(folder, { recursive: true });
});

function paramsFor(user: number): CborMap {
  return making({ options: { rk: true }, user: userOf(user) });
}

function requestFor(user: number): Uint8Array {
  return concat(Uint8Array.of(CtapCommand.MAKE_CREDENTIAL), encode(paramsFor(user)));
}

async function start(state: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, port: Number(line) };
}

it(
  'killed while writing, again and again, a key has every credential that it confirmed',
  { timeout: 60_000 },
  async () => {
    const state = join(folder, 'key.json');
    let confirmed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { child, port } = await start(state);
      const hidPort = await openUdpPort({ host: '127.0.0.1', port });
      const platform = await Platform.open(hidPort);
      for (let times = 0; times < 3; times++)
        await platform.success(CtapCommand.MAKE_CREDENTIAL, paramsFor(++confirmed));

      // One more, whose answer nobody awaits: in every other round the kill comes with the keepalive for the touch, just before the write.
      for (const report of toReports(platform.cid, HidCommand.CBOR, requestFor(confirmed + 1)))
        await hidPort.write(report);
      if (round % 2 === 0) await hidPort.read(READ_MS);
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      await hidPort.close();

      const { initial } = await FileStore.open(state);
      const users = initial?.credentials.map(({ user }) => user.name);
      expect(users?.slice(0, confirmed)).toEqual(Array.from({ length: confirmed }, (_, index) => `user${index + 1}`));
      expect(users?.length).toBeLessThanOrEqual(confirmed + 1);
      confirmed = users?.length ?? 0;
    }
  },
);
