import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { disk } from '../../src/audit/disk.js';
import { LockTaken, withLock } from '../../src/audit/lock.js';
import { temporaryFolder } from '../main/temporary-folder.js';

const PATIENT = 10_000;
const TOKEN = '00000000-0000-4000-8000-000000000001';
const lockIn = (folder: string) => join(folder, 'lock');

/** The number of a process that has ended. */
async function goneProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock of the audit log', () => {
  it('lets one at a time work, and is gone afterwards', async () => {
    const folder = temporaryFolder();
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await disk.list(folder);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 30 }, () => withLock(disk, lockIn(folder), PATIENT, work)));
    expect([most, inside]).toEqual([1, 0]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    const folder = temporaryFolder();
    const failing = withLock(disk, lockIn(folder), PATIENT, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(lockIn(folder))).toBe(false);
  });

  it('of a process that has ended is broken, by one of those who find it', async () => {
    const folder = temporaryFolder();
    writeFileSync(lockIn(folder), JSON.stringify({ pid: await goneProcess(), token: TOKEN }));
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await disk.list(folder);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(disk, lockIn(folder), PATIENT, work)));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is broken also when who wanted to break it has ended in the middle of that', async () => {
    const folder = temporaryFolder();
    const pid = await goneProcess();
    writeFileSync(lockIn(folder), JSON.stringify({ pid, token: TOKEN }));
    writeFileSync(`${lockIn(folder)}.${TOKEN}.broken`, JSON.stringify({ pid, token: TOKEN.replace(/1$/, '2') }));
    expect(await withLock(disk, lockIn(folder), PATIENT, () => Promise.resolve('in'))).toBe('in');
    expect(readdirSync(folder)).toEqual([]);
  });

  const noBirth = process.platform !== 'linux';
  it.skipIf(noBirth)(
    `of a process whose number another has now is broken${noBirth ? ' (skipped: only Linux tells when a process began)' : ''}`,
    async () => {
      const folder = temporaryFolder();
      writeFileSync(lockIn(folder), JSON.stringify({ pid: process.pid, born: 'another boot/1', token: TOKEN }));
      expect(await withLock(disk, lockIn(folder), PATIENT, () => Promise.resolve('in'))).toBe('in');
    },
  );

  it.each([
    ['of a process that runs', JSON.stringify({ pid: process.pid, token: TOKEN }), `process ${process.pid} holds`],
    ['that is none', 'something else', 'is no lock of Keydesk'],
  ])('%s is never broken', async (_, content, message) => {
    const folder = temporaryFolder();
    writeFileSync(lockIn(folder), content);
    const waiting = withLock(disk, lockIn(folder), 30, () => Promise.resolve());
    await expect(waiting).rejects.toThrow(LockTaken);
    await expect(waiting).rejects.toThrow(message);
    expect(existsSync(lockIn(folder))).toBe(true);
  });
});
