import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

import { bornOf, isStillRunning } from '../station/is-running.js';
import type { Disk } from './disk.js';

const Owner = z.strictObject({
  pid: z.int().min(1),
  /** Tells it from another process of the same number, where the system says when a process began. */
  born: z.string().optional(),
  /** Of this one taking of the lock. */
  token: z.uuid(),
});
type Owner = z.infer<typeof Owner>;

/** How often a lock that is taken is looked at again, in milliseconds: lines are written in less. */
const LOOK_MS = 10;
/** And for how long. Nobody needs that long who is not stuck. */
export const LOCK_MS = 10_000;

/** Somebody has the lock and does not give it back. */
export class LockTaken extends Error {
  override readonly name = 'LockTaken';
}

/**
 * Runs `work` while no other process runs its own under the same lock: a file that is made only where there is none, and says
 * whose it is. That of a process which is gone is broken; that of one which runs never is, however long it takes.
 * @param waitMs how long to wait for it
 * @throws LockTaken when it is not given back in that time; errors of the disk; whatever `work` throws
 */
export async function withLock<T>(disk: Disk, path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  const owner: Owner = { pid: process.pid, born: await bornOf(process.pid), token };
  const bytes = Buffer.from(JSON.stringify(owner));
  const until = performance.now() + waitMs;
  while (!(await disk.createOnly(path, `${path}.${token}`, bytes))) {
    const holder = await holderOf(disk, path);
    if (holder && !(await isStillRunning(holder.pid, holder.born))) await breakLock(disk, path, holder, waitMs);
    else if (performance.now() < until) await delay(LOOK_MS);
    else throw new LockTaken(holder ? `process ${holder.pid} holds ${path}` : `${path} is no lock of Keydesk`);
  }
  try {
    return await work();
  } finally {
    await disk.remove(path);
  }
}

/**
 * Removes the lock of a process that is gone. Several may find it at once, and the slower must not remove what the faster has
 * made since: that is decided under a lock of its own, named after the taking that is broken.
 */
async function breakLock(disk: Disk, path: string, { token }: Owner, waitMs: number): Promise<void> {
  await withLock(disk, `${path}.${token}.broken`, waitMs, async () => {
    if ((await holderOf(disk, path))?.token === token) await disk.remove(path);
  });
}

/** Undefined when it has been given back meanwhile, or the file is none of ours. */
async function holderOf(disk: Disk, path: string): Promise<Owner | undefined> {
  const bytes = await disk.read(path);
  try {
    return Owner.parse(JSON.parse(bytes?.toString() ?? ''));
  } catch {
    return undefined; // nobody can be named who holds it: it is waited for, and not broken
  }
}
