import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

import { within } from './waiting.js';

/** What a program left behind. */
export interface Ended {
  /** Its exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who runs a program, and what it reads. */
export interface RunOptions {
  /** Given on standard input, which is then closed. */
  readonly input?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Far more than anything takes in an emulated machine that shares its processors. */
const PATIENCE_MS = 120_000;

/** A program in the guest, and what it has printed so far. */
export class Running {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(command: string, args: readonly string[], { input = '', ...identity }: RunOptions = {}) {
    this.#name = [command.slice(command.lastIndexOf('/') + 1), ...args].join(' ');
    const options: SpawnOptions = { stdio: 'pipe', ...identity };
    const child = spawn(command, args, options);
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    // A program may end without reading all of its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ code: code ?? signal ?? 'SIGKILL', stdout: this.#stdout, stderr: this.#stderr });
      });
    });
    this.#ended.catch(() => undefined); // whoever waits for the end is told
  }

  /** Waits until what it printed matches, on either stream. Rejects when it ends without having said so. */
  async says(pattern: RegExp): Promise<void> {
    const said = (): boolean => pattern.test(this.#stdout) || pattern.test(this.#stderr);
    const heard = new Promise<void>((resolve) => {
      const listen = (): void => {
        if (said()) resolve();
      };
      this.#child.stdout?.on('data', listen);
      this.#child.stderr?.on('data', listen);
      listen();
    });
    await this.#within(PATIENCE_MS, `to say ${String(pattern)}`, Promise.race([heard, this.#ended]));
    if (!said()) throw new Error(`${this.#name} ended without saying ${String(pattern)}: ${this.#printed()}`);
  }

  /** Waits for its end. When that does not come within `patienceMs`, it is ended, and that is an error. */
  ended(patienceMs = PATIENCE_MS): Promise<Ended> {
    return this.#within(patienceMs, 'to end', this.#ended);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** Waits, and ends the program when the wait is in vain. */
  async #within<T>(patienceMs: number, what: string, awaited: Promise<T>): Promise<T> {
    try {
      return await within(patienceMs, `${this.#name} ${what}`, awaited);
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw new Error(`${error instanceof Error ? error.message : String(error)}; ${this.#printed()}`, {
        cause: error,
      });
    }
  }

  #printed(): string {
    return `it printed ${JSON.stringify(this.#stdout)} and ${JSON.stringify(this.#stderr)}`;
  }
}

/**
 * Runs a program that has to succeed, and returns its standard output.
 * @throws Error with everything that it printed, when it fails
 */
export async function succeed(program: Running): Promise<string> {
  const { code, stdout, stderr } = await program.ended();
  if (code !== 0) throw new Error(`ended with ${code}: ${JSON.stringify(stderr || stdout)}`);
  return stdout;
}
