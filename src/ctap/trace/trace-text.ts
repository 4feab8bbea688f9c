import type { TraceEntry } from './entry.js';

/** The form of the lines that follow: it grows when an older reader would misunderstand them. */
const TRACE_VERSION = 1;

/** A trace as people save and send it. */
export interface Trace {
  /** ISO 8601. */
  readonly startedAt: string;
  /** What is known of the key, such as its passport: plain JSON, without a serial number. */
  readonly key: unknown;
  readonly entries: readonly TraceEntry[];
}

/** JSON Lines: a header, then a line for each message. */
export function traceText({ startedAt, key, entries }: Trace): string {
  const lines = [{ trace: TRACE_VERSION, startedAt, key }, ...entries];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
