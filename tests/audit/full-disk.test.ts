import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { AuditLog, auditFolder } from '../../src/audit/audit-log.js';
import type { AuditEvent } from '../../src/audit/entry.js';
import { type Disk, disk } from '../../src/audit/disk.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { entriesOf, open, signOut, textOf, written } from './log.js';

vi.setConfig({ testTimeout: 60_000 }); // every entry waits for the disk, which others may be using

const reservePath = (folder: string) => join(auditFolder(folder), 'audit.jsonl.reserve');
const done: AuditEvent = { ...signOut, result: 'done' };

/** A disk on which steps that take room fail, as the test says by their number, counted from 1. */
class FullDisk {
  steps = 0;
  isFull: (step: number, path: string) => boolean = () => false;
  /** Taking back is refused as well, as by a disk that has gone. */
  cannotCut = false;
  /** The new head is in place before the failure. */
  replacesFirst = false;

  readonly disk: Disk = {
    ...disk,
    append: async (path, bytes, position) => {
      const half = bytes.subarray(0, bytes.length >> 1);
      if (this.#fails(path)) {
        await disk.append(path, half, position); // a disk fills up in the middle of a line
        throw noSpace();
      }
      await disk.append(path, bytes, position);
    },
    replace: async (path, bytes) => {
      if (this.#fails(path)) {
        if (this.replacesFirst) await disk.replace(path, bytes);
        throw noSpace();
      }
      await disk.replace(path, bytes);
    },
    createOnly: async (path, beside, bytes) => {
      if (this.#fails(path)) throw noSpace();
      return disk.createOnly(path, beside, bytes);
    },
    cut: async (path, length) => {
      if (this.cannotCut) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      await disk.cut(path, length);
    },
  };

  #fails(path: string): boolean {
    this.steps += 1;
    return this.isFull(this.steps, path);
  }
}

function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

async function begunOn(full: FullDisk): Promise<{ folder: string; log: AuditLog }> {
  const folder = temporaryFolder();
  const log = await open(folder, { disk: full.disk });
  await log.append(signOut);
  full.steps = 0;
  return { folder, log };
}

const intact = async (folder: string) => {
  const { damage, notes } = await verifyAuditLog({ folder: auditFolder(folder) });
  expect([damage, notes]).toEqual([undefined, []]);
};
const unwritable = { failure: { code: 'audit/unwritable', detail: expect.stringContaining('ENOSPC') as string } };

/** Lock, line, head: every step that takes room in an entry to a log that has its reserve. */
const STEPS = 3;

describe('a full disk', () => {
  it('is met at every step of an entry', async () => {
    const full = new FullDisk();
    const { log } = await begunOn(full);
    await log.append(signOut);
    expect(full.steps).toBe(STEPS);
  });

  it.each([1, 2, 3])(
    'refuses what is to begin, at step %i of its entry, and leaves the log to the byte',
    async (at) => {
      const full = new FullDisk();
      const { folder, log } = await begunOn(full);
      const before = textOf(folder);
      full.isFull = (step) => step >= at;
      await expect(log.append(signOut)).rejects.toMatchObject(unwritable);
      expect(textOf(folder)).toBe(before);
      expect(statSync(reservePath(folder)).size).toBe(64 * 1024);
      await intact(folder);
      full.isFull = () => false;
      await log.append(signOut);
      expect(entriesOf(folder)).toHaveLength(3);
      await intact(folder);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'refuses the first entry of all, at step %i, and another one begins the log',
    async (at) => {
      const folder = temporaryFolder();
      const full = new FullDisk();
      const log = await open(folder, { disk: full.disk });
      full.isFull = (step) => step === at;
      const steps = 6; // lock, first line, head, reserve, line, head
      if (at <= steps) await expect(log.append(signOut)).rejects.toMatchObject(unwritable);
      else await log.append(signOut);
      full.isFull = () => false;
      await log.append(signOut);
      expect(entriesOf(folder)).toHaveLength(at <= steps ? 2 : 3);
      await intact(folder);
    },
  );

  it.each([1, 2, 3])('at step %i of an outcome gives up the reserve for it', async (at) => {
    const full = new FullDisk();
    const { folder, log } = await begunOn(full);
    full.isFull = (step) => step >= at && existsSync(reservePath(folder));
    await log.append(done);
    expect(existsSync(reservePath(folder))).toBe(false);
    expect(entriesOf(folder).slice(1)).toMatchObject([{ result: 'begun' }, { result: 'done' }]);
    await intact(folder);
  });

  it.each([1, 2, 3])(
    'at step %i of an outcome, with no more room than that, refuses it and leaves the log to the byte',
    async (at) => {
      const full = new FullDisk();
      const { folder, log } = await begunOn(full);
      const before = textOf(folder);
      let failed = 0;
      full.isFull = (step) => step >= at && (failed += 1) > 0;
      await expect(log.append(done)).rejects.toMatchObject(unwritable);
      expect(failed).toBeGreaterThan(1);
      expect(textOf(folder)).toBe(before);
      await intact(folder);
    },
  );

  it('lets nothing begin before the reserve is there again', async () => {
    const full = new FullDisk();
    const { folder, log } = await begunOn(full);
    full.isFull = () => existsSync(reservePath(folder));
    await log.append(done);
    const before = textOf(folder);
    full.isFull = (_, path) => path === reservePath(folder);
    await expect(log.append(signOut)).rejects.toMatchObject(unwritable);
    expect(textOf(folder)).toBe(before);
    full.isFull = () => false;
    await log.append(signOut);
    expect(statSync(reservePath(folder)).size).toBe(64 * 1024);
  });

  it('in the middle of mending changes nothing that was not mended', async () => {
    for (const at of [1, 2, 3, 4, 5, 6]) {
      const folder = temporaryFolder();
      await written(folder, 2);
      const before = textOf(folder);
      await disk.append(join(auditFolder(folder), 'audit.jsonl'), Buffer.from('{"seq":4'), Buffer.byteLength(before));
      const full = new FullDisk();
      const log = await open(folder, { disk: full.disk });
      full.isFull = (step) => step === at;
      await expect(log.append(signOut)).rejects.toMatchObject(unwritable);
      expect(textOf(folder).startsWith(before)).toBe(true);
      full.isFull = () => false;
      await (await open(folder)).append(signOut);
      expect(entriesOf(folder).filter(({ action }) => action === 'log.torn-line')).toHaveLength(1);
      await intact(folder);
    }
  });
});

describe('a line that cannot be taken back', () => {
  it('is set aside with the next entry', async () => {
    const full = new FullDisk();
    const { folder, log } = await begunOn(full);
    full.cannotCut = true;
    full.isFull = (step) => step === 2;
    await expect(log.append(signOut)).rejects.toMatchObject(unwritable);
    full.cannotCut = false;
    await log.append(signOut);
    expect(entriesOf(folder).map(({ action }) => action)).toEqual([
      undefined,
      'person.sign-out',
      'log.torn-line',
      'person.sign-out',
    ]);
    await intact(folder);
  });

  it('stays where the head knows of it already: it would be missed', async () => {
    const full = new FullDisk();
    const { folder, log } = await begunOn(full);
    full.replacesFirst = true;
    full.isFull = (step) => step === 3;
    await expect(log.append(signOut)).rejects.toMatchObject(unwritable);
    await intact(folder);
    await log.append(signOut);
    expect(entriesOf(folder)).toHaveLength(4);
    await intact(folder);
  });
});
