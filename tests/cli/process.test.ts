import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { creation, ORIGIN } from '../ctap/options.js';
import { AskPresence, type SimulatedKey, simulatedKey } from './harness.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** Inside the checkout, where Node finds the packages. */
const FOLDER = join('out', 'cli-test');
const CLI = join(FOLDER, 'cli.js');
const PIN = 'geheim-4711';
const options = creation({ authenticatorSelection: { userVerification: 'discouraged' } });

let key: SimulatedKey;
let presence: AskPresence;

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr: true, target: 'node20.19', outDir: FOLDER, rolldownOptions: { input: { cli: 'src/cli/index.ts' } } },
  });
});
afterAll(() => rm(FOLDER, { recursive: true }));
beforeEach(async () => {
  presence = new AskPresence();
  key = await simulatedKey('2.1', presence);
});
afterEach(() => key.close());

/** The built program in a process of its own. */
class Program {
  readonly child: ChildProcess;
  readonly #ended: Promise<unknown>;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, KEYDESK_KEYS: key.id } });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#ended = once(this.child, 'close');
  }

  async says(text: string): Promise<void> {
    const hears = () => `${this.stdout}${this.stderr}`.includes(text);
    while (!hears()) {
      if (this.child.exitCode !== null)
        throw new Error(`It ended without saying "${text}": ${this.stdout}${this.stderr}`);
      await Promise.race([
        this.#ended,
        ...[this.child.stdout, this.child.stderr].map((stream) => stream && once(stream, 'data')),
      ]);
    }
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  async ended(): Promise<number | null> {
    await this.#ended;
    return this.child.exitCode;
  }
}

const keydesk = (...args: string[]) => new Program(process.execPath, [CLI, ...args]);

describe('the built program', () => {
  it.each([
    [['--version'], 0],
    [['info', '--key', 'nobody'], 1],
    [['info', '--colour'], 2],
  ])('%j ends with %i', async (args, status) => {
    const program = keydesk(...args);
    program.child.stdin?.end();
    expect(await program.ended()).toBe(status);
  });

  it('takes a PIN from standard input, and it is nowhere else', async () => {
    const program = keydesk('pin', 'set', '--json');
    program.type(`${PIN}\n`);
    expect(await program.ended()).toBe(0);
    expect(JSON.parse(program.stdout)).toMatchObject({ pin: { state: 'set' } });
    expect(program.stdout + program.stderr).not.toContain(PIN);
    expect(program.child.spawnargs.join(' ')).not.toContain(PIN);
  });

  it.skipIf(process.platform !== 'linux')(
    'has no secret in its arguments or its environment while it runs (needs /proc)',
    async () => {
      const program = keydesk('webauthn', 'create', '-', '--origin', ORIGIN);
      program.type(`${JSON.stringify(creation())}\n${PIN}\n`);
      await program.says('Touch the key now.');
      for (const name of ['cmdline', 'environ'])
        expect(await readFile(`/proc/${program.child.pid ?? 0}/${name}`, 'utf8')).not.toContain(PIN);
      presence.press();
      expect(await program.ended()).toBe(0);
      expect(program.stdout + program.stderr).not.toContain(PIN);
    },
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while the key waits for a touch ends it with %i, and the key is idle', async (signal, status) => {
    const program = keydesk('webauthn', 'create', '-', '--origin', ORIGIN, '--json');
    program.type(`${JSON.stringify(options)}\n`);
    await program.says('Touch the key now.');
    program.child.kill(signal);
    expect(await program.ended()).toBe(status);
    expect(presence.waiting).toBeUndefined();
    expect(JSON.parse(program.stdout)).toMatchObject({ error: { code: 'cancelled' } });
  });

  it('serves until it is stopped, and stopping is its proper end', async () => {
    const program = keydesk('softkey', '--udp', '127.0.0.1:0');
    await program.says('softkey ready udp:127.0.0.1:');
    program.child.kill('SIGINT');
    expect(await program.ended()).toBe(0);
  });
});

const hasScript = spawnSync('script', ['--version']).status === 0;

describe.skipIf(!hasScript)('at a real terminal (needs script of util-linux)', () => {
  const atTerminal = (...args: string[]) =>
    new Program('script', ['-qec', [process.execPath, CLI, ...args].join(' '), '/dev/null']);

  it('a PIN is not echoed', async () => {
    const program = atTerminal('pin', 'set');
    await program.says('New PIN (4 characters or more): ');
    program.type(`${PIN}\r`);
    await program.says('New PIN again: ');
    program.type(`${PIN}\r`);
    await program.says('PIN: Set. 8 tries left.');
    expect(await program.ended()).toBe(0);
    expect(program.stdout).not.toContain(PIN);
  });

  it('Ctrl-C at the question ends it with 130', async () => {
    const program = atTerminal('pin', 'set');
    await program.says('New PIN (4 characters or more): ');
    program.type('gehe\x03');
    expect(await program.ended()).toBe(130);
    expect(program.stdout).not.toContain('gehe');
  });
});
