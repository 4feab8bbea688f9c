import { PassThrough, type Writable } from 'node:stream';

import { keydesk } from '../../src/cli/program.js';
import { type Input, Interruption } from '../../src/cli/world.js';
import { AskPresence, autoPresence, type UserPresence } from '../../src/softkey/user-presence.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import type { ProfileName } from '../../src/softkey/profile.js';
import type { Quirks } from '../../src/softkey/quirks/quirks.js';
import { SoftKey } from '../../src/softkey/soft-key.js';

/** What a run of the program left behind. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Lines of standard input, which ends after them. */
  readonly lines?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A program under way, with a person or a script at its standard input. */
export class Run {
  readonly stdin = new PassThrough() as PassThrough & Input;
  readonly ended: Promise<Ended>;
  readonly #stop = new AbortController();
  #stdout = '';
  #stderr = '';
  #wake: (() => void)[] = [];

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, tty?: FakeTerminal) {
    const stdin = this.stdin;
    if (tty) Object.assign(stdin, { isTTY: true, setRawMode: (raw: boolean) => tty.rawModes.push(raw) });
    const interrupt = () => {
      this.interrupt();
    };
    const world = {
      stdin,
      stdout: this.#collector((text) => (this.#stdout += text)),
      stderr: this.#collector((text) => (this.#stderr += text)),
      env,
      signal: this.#stop.signal,
      interrupt,
    };
    this.ended = keydesk(args, world).then((status) => ({ status, stdout: this.#stdout, stderr: this.#stderr }));
  }

  /** Ctrl-C. */
  interrupt(): void {
    this.#stop.abort(new Interruption(130));
  }

  /** Standard output so far. */
  get printed(): string {
    return this.#stdout;
  }

  /** Resolves once `text` was printed, on either stream. Rejects when the program ends without it. */
  async says(text: string): Promise<void> {
    const hears = () => this.#stdout.includes(text) || this.#stderr.includes(text);
    const over = this.ended.then(({ stdout, stderr }) => {
      if (!hears()) throw new Error(`It ended without saying "${text}": ${stdout}${stderr}`);
    });
    while (!hears()) await Promise.race([over, new Promise<void>((resolve) => this.#wake.push(resolve))]);
  }

  /** Everything said so far on standard error. */
  get told(): string {
    return this.#stderr;
  }

  /** Waits for a question, and answers it. */
  async answers(question: string, answer: string): Promise<void> {
    await this.says(question);
    this.stdin.write(`${answer}\r`);
  }

  #collector(keep: (text: string) => void): Writable {
    const stream = new PassThrough();
    stream.setEncoding('utf8').on('data', (text: string) => {
      keep(text);
      for (const wake of this.#wake.splice(0)) wake();
    });
    return stream;
  }
}

/** Notes when the terminal was told to hand over keys, and when no longer. */
export interface FakeTerminal {
  readonly rawModes: boolean[];
}

/** Runs the program in this process, as a script does: with lines on standard input. */
export function run(args: readonly string[], { lines = [], env = {} }: RunOptions = {}): Promise<Ended> {
  const program = new Run(args, env);
  program.stdin.end(lines.map((line) => `${line}\n`).join(''));
  return program.ended;
}

/** The one JSON document that a run printed with --json. */
export function json({ stdout }: Ended): unknown {
  return JSON.parse(stdout);
}

/** A software key on UDP. */
export interface SimulatedKey {
  /** As --key and KEYDESK_KEYS take it. */
  readonly id: string;
  readonly key: SoftKey;
  readonly presence: UserPresence;
  close(): Promise<void>;
}

export async function simulatedKey(
  profile: ProfileName = '2.1',
  presence: UserPresence = autoPresence,
  quirks: Quirks = {},
): Promise<SimulatedKey> {
  const key = new SoftKey({ profile, presence, quirks });
  const server = await listenUdp(key, { host: '127.0.0.1', port: 0 });
  return { id: `udp:127.0.0.1:${server.port}`, key, presence, close: () => server.close() };
}

export { AskPresence };
