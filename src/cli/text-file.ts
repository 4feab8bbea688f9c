import { open } from 'node:fs/promises';

import { printable } from './printable.js';
import { usage } from './problem.js';

/** How long a file may be. */
interface Limit {
  readonly bytes: number;
  /** What is thrown where it is longer. */
  readonly tooLong: () => Error;
}

/** FIDO's metadata, the longest that somebody names, is a tenth of this. */
const MAX_BYTES = 1 << 27;

/**
 * The text of a file that the person named. What is longer than the limit is not read to its end, which it need not have.
 * @throws Problem `usage` where it cannot be read or is too long, unless `limit` says otherwise; the signal's reason
 */
export async function textOf(
  file: string,
  signal: AbortSignal,
  limit: Limit = { bytes: MAX_BYTES, tooLong: () => usage(`${printable(file)} is too long.`, 'Name another file.') },
): Promise<string> {
  const bytes = await bytesOf(file, signal, limit.bytes);
  if (!bytes) throw limit.tooLong();
  return bytes.toString('utf8');
}

/** Undefined for a file with more than `most` bytes. */
async function bytesOf(file: string, signal: AbortSignal, most: number): Promise<Buffer | undefined> {
  try {
    const handle = await open(file, 'r');
    const pieces: Buffer[] = [];
    let length = 0;
    // However this is left, the stream closes the file.
    for await (const piece of handle.createReadStream({ signal })) {
      // Without an encoding, the stream of a file gives bytes.
      const bytes = piece as Buffer;
      length += bytes.length;
      if (length > most) return undefined;
      pieces.push(bytes);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    signal.throwIfAborted();
    throw usage(`${printable(file)} cannot be read.`, error instanceof Error ? error.message : String(error));
  }
}
