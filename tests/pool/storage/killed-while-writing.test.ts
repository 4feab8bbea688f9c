import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { loadState } from '../../../src/pool/storage/load-state.js';
import { identity, settings, userNumber } from './records.js';

const ROUNDS = 12;

/** The built store, below the repository so that it finds its packages, and the folder of its state. */
const OUT = resolve('out', `test-pool-${process.pid}`);
let folder: string;

/** Counts in two users at once, and tells each number once it is kept. It is written anew every thousand changes. */
const PROGRAM = `
  const { Store } = await import(${url('store')});
  const { loadState } = await import(${url('load-state')});
  const { StateFile } = await import(${url('state-file')});
  const [path, start] = process.argv.slice(1);
  const known = await loadState(path);
  const { identity, state } = JSON.parse(start);
  const store = new Store(known?.state ?? state);
  const file = new StateFile(path, store, identity, known?.log);
  const users = [...store.usersByName()];
  for (let count = Number(users[0].attributes.name) + 1; ; count += 1) {
    for (const user of users) {
      user.attributes = { name: String(count) };
      store.touch(user);
    }
    await file.save();
    console.log(count);
  }
`;

function url(name: string): string {
  return JSON.stringify(pathToFileURL(join(OUT, `${name}.js`)));
}

beforeAll(async () => {
  const input = ['store', 'storage/load-state', 'storage/state-file'].map((name) => `src/pool/${name}.ts`);
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: true, target: 'node20.19', outDir: OUT, rolldownOptions: { input } },
  });
  folder = await mkdtemp(join(tmpdir(), 'keydesk-pool-killed-'));
}, 60_000);
afterAll(async () => {
  await rm(OUT, { recursive: true });
  await rm(folder, { recursive: true });
});

/** Lets the program count for a while, kills it, and returns the last number that it told. */
async function countUntilKilled(path: string, milliseconds: number): Promise<number> {
  const users = [1, 2].map((number) => ({ ...userNumber(number), attributes: { name: '0' } }));
  const start = JSON.stringify({ identity, state: { settings, users, groups: [], grants: [] } });
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', path, start], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  let told = 0;
  lines.on('line', (line) => {
    told = Number(line);
  });
  await once(lines, 'line');
  await delay(milliseconds);
  child.kill('SIGKILL');
  await closed;
  return told;
}

it('killed while writing, again and again, a pool has all that it answered', { timeout: 120_000 }, async () => {
  const path = join(folder, 'pool.log');
  let last = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const told = await countUntilKilled(path, Math.random() * 200);
    expect(told).toBeGreaterThan(last);
    const users = (await loadState(path))?.state.users ?? [];
    const counts = users.map(({ attributes }) => Number(attributes['name']));
    // What one answer stands for is kept as one; the last may be kept though nobody was told.
    expect([told, told + 1]).toContain(counts[0]);
    expect(counts).toEqual([counts[0], counts[0]]);
    last = counts[0] ?? 0;
  }
});
