import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { formatMessage, type Message } from '../results.js';

/** One thing that must be true of a key on USB. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const POLL_MS = 20;

/**
 * Makes the checks in order, each to its end, and tells the host.
 * @param port open file of the serial port that the host reads results from
 */
export async function makeChecks(checks: readonly Check[], port: number): Promise<void> {
  const tell = (message: Message): void => void writeSync(port, `${formatMessage(message)}\n`);
  for (const { name } of checks) tell({ kind: 'plan', name });
  for (const { name, run } of checks) {
    try {
      await run();
      tell({ kind: 'ok', name });
    } catch (error) {
      tell({ kind: 'not ok', name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  tell({ kind: 'done' });
}

/** Waits for something of the kernel's that sends no event; `what` is named when it does not come about. */
export async function until(what: string, isSo: () => boolean, timeoutMs = 30_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await delay(POLL_MS);
  }
}
