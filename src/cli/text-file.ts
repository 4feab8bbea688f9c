import { readFile } from 'node:fs/promises';

import { printable } from './printable.js';
import { usage } from './problem.js';

/**
 * The text of a file that the person named.
 * @throws Problem `usage` where it cannot be read; the signal's reason
 */
export async function textOf(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(file, { encoding: 'utf8', signal });
  } catch (error) {
    signal.throwIfAborted();
    throw usage(`${printable(file)} cannot be read.`, error instanceof Error ? error.message : String(error));
  }
}
