import { writeSync } from 'node:fs';

import { formatMessage, type Message } from '../results.js';
import { within } from './waiting.js';

/** One thing that must be true of a key on USB. */
export interface Check {
  readonly name: string;
  /** Resolves when it is so. `note` takes a figure that is worth a look, and is held against no limit. */
  readonly run: (note: (figure: string) => void) => Promise<void>;
}

/** No check may keep the others from being made. */
const CHECK_DEADLINE_MS = 300_000;

/**
 * Makes the checks in order, each to its end, and tells the host.
 * @param port open file of the serial port that the host reads results from
 */
export async function makeChecks(checks: readonly Check[], port: number): Promise<void> {
  const tell = (message: Message): void => void writeSync(port, `${formatMessage(message)}\n`);
  for (const { name } of checks) tell({ kind: 'plan', name });
  for (const { name, run } of checks) {
    try {
      const figures: string[] = [];
      await within(
        CHECK_DEADLINE_MS,
        'the check to end',
        run((figure) => figures.push(figure)),
      );
      tell({ kind: 'ok', name, ...(figures.length > 0 && { figure: figures.join(', ') }) });
    } catch (error) {
      tell({ kind: 'not ok', name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  tell({ kind: 'done' });
}
