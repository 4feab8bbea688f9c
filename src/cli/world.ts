import type { Readable, Writable } from 'node:stream';

/** Standard input: a terminal when `isTTY`, which then can be told to hand over every key as it is pressed. */
export type Input = Readable & { readonly isTTY?: boolean | undefined; setRawMode?(raw: boolean): unknown };

/** Everything outside that the program touches, besides keys, pools and files: the process hands over its own, tests theirs. */
export interface World {
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted, with an `Interruption`, when somebody wants the program to stop. */
  readonly signal: AbortSignal;
  /** Ctrl-C, typed while the terminal hands over keys instead of sending signals for them. */
  interrupt(): void;
}

/** Why a program stops before its end. Named as aborts are, so that nothing takes it for a fault. */
export class Interruption extends Error {
  override readonly name = 'AbortError';
  /** What shells expect of a program that was ended by this signal. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('Interrupted');
    this.exitCode = exitCode;
  }
}

/** 128 and the number of the signal. */
const EXIT_SIGINT = 130;
const EXIT_SIGTERM = 143;

/** The world of this process. SIGINT and SIGTERM abort its signal; the program then ends by itself, with keys left idle. */
export function processWorld(): World {
  const { stdin, stdout, stderr, env } = process;
  const stop = new AbortController();
  const interrupt = () => {
    stop.abort(new Interruption(EXIT_SIGINT));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', () => {
    stop.abort(new Interruption(EXIT_SIGTERM));
  });
  // Whoever read our output has gone (`keydesk keys | head -1`): that is their right, and the rest has no reader.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return { stdin, stdout, stderr, env, signal: stop.signal, interrupt };
}
