import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { describePool, startPool } from '../../src/pool/pool.js';
import { creation, ORIGIN } from '../ctap/options.js';
import { FaultyNetwork } from '../e2e/faulty-network.js';
import { AskPresence, type SimulatedKey, simulatedKey } from './harness.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

/** Inside the checkout, where Node finds the packages. */
const FOLDER = join('out', 'cli-test');
const CLI = join(FOLDER, 'cli.js');
const PIN = 'geheim-4711';
const options = creation({ authenticatorSelection: { userVerification: 'discouraged' } });

let key: SimulatedKey;
let presence: AskPresence;
/** Added to the environment of programs. */
let env: Record<string, string>;

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
  env = {};
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
    this.child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, KEYDESK_KEYS: key.id, ...env } });
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

describe('a program that is killed', () => {
  it('between key and pool leaves a note, by which the passkey is found again and taken off', async () => {
    const station = await mkdtemp(join(tmpdir(), 'keydesk-killed-'));
    const pool = await startPool();
    const network = await FaultyNetwork.to(pool.endpoint);
    onTestFinished(async () => {
      network.close();
      await pool.close();
      await rm(station, { recursive: true });
    });
    const settings = JSON.stringify({ ...(JSON.parse(describePool(pool)) as object), endpoint: network.endpoint });
    env = { KEYDESK_STATION: station, KEYDESK_POOL: settings };
    const set = keydesk('pin', 'set');
    set.type(`${PIN}\n`);
    expect(await set.ended()).toBe(0);

    const reached = new Promise<void>((resolve) => {
      network.fate = (operation) => {
        if (operation !== 'CompleteWebAuthnRegistration') return 'pass';
        resolve();
        return 'hang';
      };
    });
    const program = keydesk('passkeys', 'add', '--user', 'ana', '--with', 'password');
    program.type(`Practice-ana-1\n${PIN}\n`);
    await program.says('Touch the key now.');
    presence.press();
    await reached;
    const other = keydesk('passkeys', 'orphans', '--json');
    await other.ended();
    expect(JSON.parse(other.stdout)).toEqual({ orphans: [] }); // somebody is still at it
    program.child.kill('SIGKILL');
    await program.ended();

    const found = keydesk('passkeys', 'orphans', '--json');
    await found.ended();
    const { orphans } = JSON.parse(found.stdout) as { orphans: { id: string; credentialId?: string }[] };
    expect(orphans).toMatchObject([{ userName: 'ana', credentialId: expect.any(String) as string }]);
    const removal = keydesk('passkeys', 'orphans', 'remove', orphans[0]?.id ?? '', '--yes', '--json');
    removal.type(`${PIN}\n`);
    expect(await removal.ended()).toBe(0);
    const left = keydesk('credentials', 'list', '--json');
    left.type(`${PIN}\n`);
    await left.ended();
    expect(JSON.parse(left.stdout)).toMatchObject({ credentials: [] });
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
