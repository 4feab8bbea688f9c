import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { auditFolder } from '../../src/audit/audit-log.js';
import { hashOf } from '../../src/audit/entry.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { headPath, linesOf, logPath, open, rewrite, signOut, textOf, written } from './log.js';

vi.setConfig({ testTimeout: 60_000 }); // every entry waits for the disk, which others may be using

const ENTRIES = 8;
const LINES = ENTRIES + 1;

/** The same log in every test of this file; each changes a copy. */
async function copy(): Promise<string> {
  const folder = temporaryFolder();
  await written(folder, ENTRIES);
  return folder;
}

const damageOf = async (folder: string) => (await verifyAuditLog({ folder: auditFolder(folder) })).damage;

describe('a log that somebody has changed', () => {
  it('is told from one that nobody has', async () => {
    const folder = await copy();
    expect(await verifyAuditLog({ folder: auditFolder(folder) })).toMatchObject({ notes: [], head: { count: LINES } });
    expect(await damageOf(folder)).toBeUndefined();
  });

  it('any line edited, at any byte: that line is named', async () => {
    const folder = await copy();
    const lines = linesOf(folder);
    await fc.assert(
      fc.asyncProperty(fc.nat(LINES - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), async (index, at, change) => {
        const bytes = Buffer.from(lines[index] ?? '');
        const position = at % bytes.length;
        bytes[position] = (bytes[position] ?? 0) ^ change;
        const before = Buffer.from(lines.slice(0, index).join(''));
        const after = Buffer.from(lines.slice(index + 1).join(''));
        writeFileSync(logPath(folder), Buffer.concat([before, bytes, after]));
        expect((await damageOf(folder))?.line).toBe(index + 1);
      }),
      { numRuns: 400 },
    );
  });

  it('any member of any entry said differently: that line is named', async () => {
    const folder = await copy();
    const lines = linesOf(folder);
    const members = ['seq', 'time', 'previous', 'station', 'action', 'result', 'operator', 'detail'];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: LINES - 1 }), fc.constantFrom(...members), async (index, member) => {
        const entry = JSON.parse(lines[index] ?? '') as Record<string, unknown>;
        const others: Record<string, unknown> = {
          seq: Number(entry['seq']) + 3,
          time: '2020-01-01T00:00:00.000Z',
          previous: 'ab'.repeat(32),
          station: 'Desk 2',
          action: 'person.find',
          result: 'refused',
          operator: { sub: 'sub-of-eve', username: 'eve' },
          detail: 'something else',
        };
        const line = `${JSON.stringify({ ...entry, [member]: others[member] })}\n`;
        rewrite(folder, lines.with(index, line));
        expect((await damageOf(folder))?.line).toBe(index + 1);
      }),
    );
  });

  it.each(Array.from({ length: LINES }, (_, index) => index + 1))(
    'line %i removed: that line is named',
    async (line) => {
      const folder = await copy();
      rewrite(folder, linesOf(folder).toSpliced(line - 1, 1));
      expect((await damageOf(folder))?.line).toBe(line);
    },
  );

  it('any two lines swapped: the first of them is named', async () => {
    const folder = await copy();
    const lines = linesOf(folder);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(LINES - 1), { minLength: 2, maxLength: 2 }), async (pair) => {
        const [one = 0, other = 0] = pair.toSorted((a, b) => a - b);
        rewrite(folder, lines.with(one, lines[other] ?? '').with(other, lines[one] ?? ''));
        expect((await damageOf(folder))?.line).toBe(one + 1);
      }),
    );
  });

  it('any text put in as a line: that line is named', async () => {
    const folder = await copy();
    const lines = linesOf(folder);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\n', '')),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(LINES), text, async (index, line) => {
        rewrite(folder, lines.toSpliced(index, 0, `${line}\n`));
        expect((await damageOf(folder))?.line).toBe(index + 1);
      }),
    );
  });

  it('any line doubled anywhere: the place is named', async () => {
    const folder = await copy();
    const lines = linesOf(folder);
    for (let from = 0; from < LINES; from += 1) {
      for (let to = 0; to <= LINES; to += 1) {
        rewrite(folder, lines.toSpliced(to, 0, lines[from] ?? ''));
        // Put before itself, it is its second one that is too many.
        expect((await damageOf(folder))?.line).toBe(to === from ? to + 2 : to + 1);
      }
    }
  });

  it('an entry forged to follow the line before it: that line is named, wherever it is put', async () => {
    for (let index = 1; index < LINES; index += 1) {
      const folder = await copy();
      const lines = linesOf(folder);
      const before = lines[index - 1] ?? '';
      const entry = JSON.parse(lines[index] ?? '') as object;
      const forged = `${JSON.stringify({ ...entry, previous: hashOf(Buffer.from(before)), detail: 'forged' })}\n`;
      rewrite(folder, lines.toSpliced(index, 0, forged));
      expect((await damageOf(folder))?.line).toBe(index + 1);
    }
  });

  it('cut at any byte: the first line that is not whole any more is named', async () => {
    const folder = await copy();
    const whole = Buffer.from(textOf(folder));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        const rest = whole.subarray(0, length);
        writeFileSync(logPath(folder), rest);
        expect(await damageOf(folder)).toEqual({ line: rest.toString().split('\n').length, fault: 'cut' });
      }),
      { numRuns: 300 },
    );
  });

  it('removed with the head left: it is missed', async () => {
    const folder = await copy();
    rmSync(logPath(folder));
    expect(await damageOf(folder)).toEqual({ line: 1, fault: 'cut' });
  });

  it.each([
    ['is gone', undefined, 'head-missing'],
    ['is no JSON', '{"count":', 'head-damaged'],
    ['has another shape', '{"count":0,"hash":"","bytes":0}', 'head-damaged'],
  ])('whose head %s: nothing vouches for its end', async (_, content, fault) => {
    const folder = await copy();
    if (content === undefined) rmSync(headPath(folder));
    else writeFileSync(headPath(folder), content);
    expect(await damageOf(folder)).toEqual({ line: LINES, fault });
  });

  it('with more at its end than a program can have left', async () => {
    const folder = temporaryFolder();
    await written(folder, 3);
    const older = temporaryFolder();
    cpSync(folder, older, { recursive: true });
    const log = await open(folder);
    await log.append(signOut);
    await log.append(signOut);
    cpSync(headPath(older), headPath(folder));
    expect(await damageOf(folder)).toEqual({ line: 5, fault: 'beyond-head' });
  });

  it('with whatever for a log and a head: never more than an answer', async () => {
    const folder = await copy();
    const any = fc.oneof(fc.string(), fc.json(), fc.constantFrom(textOf(folder), '\n', '\n\n', '{}\n'));
    await fc.assert(
      fc.asyncProperty(any, any, async (log, head) => {
        writeFileSync(logPath(folder), log);
        writeFileSync(headPath(folder), head);
        expect((await damageOf(folder))?.line).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('is opened by nobody, and added to by nobody who has it open', async () => {
    const folder = await copy();
    const log = await open(folder);
    rewrite(folder, linesOf(folder).slice(0, 5));
    const failure = {
      code: 'audit/damaged',
      detail: expect.stringMatching(/audit\.jsonl, line 6: .*cut off/) as string,
    };
    await expect(open(folder)).rejects.toMatchObject({ failure });
    await expect(log.append(signOut)).rejects.toMatchObject({ failure });
    expect(linesOf(folder)).toHaveLength(5);
  });

  it('and whose head was changed to fit is missed by a program that has seen more of it', async () => {
    const folder = temporaryFolder();
    await written(folder, 3);
    const older = temporaryFolder();
    cpSync(folder, older, { recursive: true });
    const log = await open(folder);
    await log.append(signOut);
    cpSync(older, folder, { recursive: true });
    await expect(log.append(signOut)).rejects.toMatchObject({ failure: { code: 'audit/damaged' } });
    rmSync(join(folder, 'audit'), { recursive: true });
    await expect(log.append(signOut)).rejects.toMatchObject({ failure: { code: 'audit/damaged' } });
  });
});

describe('a head that was noted elsewhere', () => {
  it('is found in a log that has grown from there', async () => {
    const folder = await copy();
    const noted = (await verifyAuditLog({ folder: auditFolder(folder) })).head;
    await (await open(folder)).append(signOut);
    expect((await verifyAuditLog({ folder: auditFolder(folder), noted })).damage).toBeUndefined();
  });

  it('finds a log that somebody wrote anew with its head, which the chain alone does not', async () => {
    const folder = await copy();
    const noted = (await verifyAuditLog({ folder: auditFolder(folder) })).head;
    const hash = noted?.hash ?? '';
    rmSync(auditFolder(folder), { recursive: true });
    await written(folder, ENTRIES);
    expect(await damageOf(folder)).toBeUndefined();
    const damage = async (count?: number) =>
      (await verifyAuditLog({ folder: auditFolder(folder), noted: { hash, count } })).damage;
    expect(await damage()).toEqual({ line: 1, fault: 'not-noted' });
    expect(await damage(LINES)).toEqual({ line: LINES, fault: 'not-noted' });
    expect(await damage(LINES + 2)).toEqual({ line: LINES + 1, fault: 'cut' });
  });

  it('of another line is not taken for this one', async () => {
    const folder = await copy();
    const hash = hashOf(Buffer.from(linesOf(folder)[3] ?? ''));
    const damage = async (count: number) =>
      (await verifyAuditLog({ folder: auditFolder(folder), noted: { hash, count } })).damage;
    expect(await damage(4)).toBeUndefined();
    expect(await damage(5)).toEqual({ line: 5, fault: 'not-noted' });
  });
});
