import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { auditFolder } from '../../src/audit/audit-log.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { entriesOf, open, signOut } from './log.js';

const KILLS = 25;

/** The built log, below the repository so that it finds its packages. */
const OUT = resolve('out', `test-audit-${process.pid}`);
let folder: string;

/** Writes entries until it is stopped, or as many as it is told, and tells each once it is on the disk. */
const PROGRAM = `
  const { AuditLog } = await import(${JSON.stringify(pathToFileURL(join(OUT, 'audit-log.js')))});
  const [folder, name, most] = process.argv.slice(1);
  const log = await AuditLog.open({ folder, station: name, now: Date.now });
  for (let number = 1; number <= Number(most); number += 1) {
    const detail = name + ' ' + number;
    await log.append({ action: 'person.find', result: 'done', detail });
    console.log(detail);
  }
`;

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20.19',
      outDir: OUT,
      rolldownOptions: { input: { 'audit-log': 'src/audit/audit-log.ts' } },
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'keydesk-audit-'));
}, 60_000);
afterAll(async () => {
  await rm(OUT, { recursive: true });
  await rm(folder, { recursive: true });
});

function start(station: string, name: string, most: number): { child: ChildProcess; told: string[] } {
  const told: string[] = [];
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, station, name, String(most)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => told.push(line));
  return { child, told };
}

const detailsOf = (station: string) => entriesOf(station).map(({ detail }) => detail);

it('several programs write one log, and nothing of any is lost', async () => {
  const station = join(folder, 'several');
  const programs = ['one', 'two', 'three'].map((name) => start(station, name, 30));
  await Promise.all(programs.map(({ child }) => once(child, 'close')));
  for (const { child, told } of programs) {
    expect([child.exitCode, told.length]).toEqual([0, 30]);
    expect(detailsOf(station).filter((detail) => told.includes(String(detail)))).toEqual(told);
  }
  expect(await verifyAuditLog({ folder: auditFolder(station) })).toMatchObject({ head: { count: 91 } });
}, 120_000);

it('a program killed at any moment leaves a log that goes on, with all that it was told is on the disk', async () => {
  const station = join(folder, 'killed');
  for (let round = 1; round <= KILLS; round += 1) {
    const { child, told } = start(station, `round ${round}`, Infinity);
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    for (let seen = 0; seen < round % 3 && child.exitCode === null; seen += 1) await once(lines, 'line');
    await once(lines, 'line');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(told.length).toBeGreaterThan(0);
    expect(detailsOf(station)).toEqual(expect.arrayContaining(told));
    const { damage } = await verifyAuditLog({ folder: auditFolder(station) });
    expect(damage).toBeUndefined();
  }
  await (await open(station)).append(signOut);
  const { damage, notes } = await verifyAuditLog({ folder: auditFolder(station) });
  expect(damage).toBeUndefined();
  expect(notes.filter(({ kind }) => kind !== 'clock-back')).toEqual([]);
}, 180_000);
