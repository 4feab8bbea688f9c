import type { Station } from './station.js';
import type { Terminal } from './terminal.js';
import type { Traces } from './traces.js';
import type { World } from './world.js';

/** What every command works with. Built once, in `program.ts`. */
export interface Context extends World {
  readonly terminal: Terminal;
  /** Known once the arguments are read: --policy is one of them. */
  readonly station: () => Station;
  /** The same: --trace is one of them. */
  readonly traces: () => Traces;
  /**
   * How the program ends: when its signal ends it (servers, which have no other end, set 0), and when nothing failed (a
   * command that was asked a question sets 3 for no).
   */
  readonly outcome: { interruptedExitCode: number | undefined; exitCode: number };
}

/** For a server: waits until somebody stops the program, which is then its proper end. */
export async function untilStopped({ signal, outcome }: Context): Promise<void> {
  outcome.interruptedExitCode = 0;
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
