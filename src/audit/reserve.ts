import { randomBytes } from 'node:crypto';

import type { Disk } from './disk.js';

/** Room for the outcomes of all that can be under way at once, each with its lock, its line and its head, in blocks of 4 KiB. */
const RESERVE_BYTES = 64 * 1024;

/**
 * Keeps room on the disk. It is given up, by removing the file, when the outcome of something that was begun would not fit
 * otherwise. Rejects when there is no room for it: then nothing may be begun.
 */
export async function ensureReserve(disk: Disk, path: string): Promise<void> {
  if ((await disk.sizeOf(path)) === RESERVE_BYTES) return;
  // Random, so that no file system keeps less than was asked for.
  await disk.replace(path, randomBytes(RESERVE_BYTES));
}
