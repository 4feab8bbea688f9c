import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { auditFolder } from '../../src/audit/audit-log.js';
import type { AuditEvent } from '../../src/audit/entry.js';
import { hashOf } from '../../src/audit/entry.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { ANA, BEGUN, entriesOf, headPath, linesOf, logPath, OLGA, open, signOut, textOf, written } from './log.js';

vi.setConfig({ testTimeout: 60_000 }); // every entry waits for the disk, which others may be using

const verify = (folder: string) => verifyAuditLog({ folder: auditFolder(folder) });
const tornFiles = (folder: string) => readdirSync(auditFolder(folder)).filter((name) => name.startsWith('torn-'));

describe('the audit log', () => {
  it('is made with its first entry, behind a line that names the station', async () => {
    const folder = temporaryFolder();
    const log = await open(folder);
    expect(readdirSync(folder)).toEqual([]);
    await log.append({ ...signOut, caseId: 'case-1', approver: ANA, detail: 'key lost' });
    const [genesis, entry] = entriesOf(folder);
    expect(genesis).toEqual({
      seq: 1,
      time: expect.any(String) as string,
      format: 'keydesk-audit',
      version: 1,
      station: 'Desk 1',
      genesis: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(entry).toMatchObject({ seq: 2, station: 'Desk 1', ...signOut, caseId: 'case-1', approver: ANA });
  });

  it('chains each line to the exact bytes of the one before, and the head to the last', async () => {
    const folder = temporaryFolder();
    await written(folder, 3);
    const lines = linesOf(folder).map((line) => Buffer.from(line));
    const previous = entriesOf(folder).map((entry) => entry['previous']);
    expect(previous).toEqual([undefined, ...lines.slice(0, -1).map(hashOf)]);
    expect(JSON.parse(readFileSync(headPath(folder), 'utf8'))).toEqual({
      count: 4,
      hash: hashOf(lines[3] ?? Buffer.of()),
      bytes: Buffer.concat(lines).length,
    });
  });

  it('no two begin alike', async () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    await written(one, 1);
    await written(other, 1);
    expect(entriesOf(one)[0]?.['genesis']).not.toBe(entriesOf(other)[0]?.['genesis']);
  });

  const noModes = process.platform === 'win32';
  it.skipIf(noModes)(`is readable by its owner only${noModes ? ' (skipped: Windows has no modes)' : ''}`, async () => {
    const folder = temporaryFolder();
    await written(folder, 1);
    expect(statSync(auditFolder(folder)).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(auditFolder(folder)))
      expect(statSync(join(auditFolder(folder), name)).mode & 0o777).toBe(0o600);
  });

  it('keeps the order in which entries came, also those that nobody waited for', async () => {
    const folder = temporaryFolder();
    const log = await open(folder);
    await Promise.all(['a', 'b', 'c', 'd'].map((detail) => log.append({ ...signOut, detail })));
    expect(entriesOf(folder).map(({ seq, detail }) => [seq, detail])).toEqual([
      [1, undefined],
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
      [5, 'd'],
    ]);
  });

  it('goes on where another program has written meanwhile', async () => {
    const folder = temporaryFolder();
    const [app, commandLine] = [await open(folder), await open(folder, { station: 'Desk 1 (terminal)' })];
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? app : commandLine).append(signOut)));
    expect(await verify(folder)).toMatchObject({ head: { count: 21 }, links: [] });
    expect((await verify(folder)).damage).toBeUndefined();
  });

  it('says any name and any words so that no terminal is fooled by them, and gives them back as they were', async () => {
    const folder = temporaryFolder();
    const log = await open(folder);
    const texts: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 50 }), async (username) => {
        texts.push(username);
        await log.append({ ...signOut, person: { sub: 's', username } });
      }),
      { numRuns: 50 },
    );
    const tricks = 'ana\x1b[2J\n\x9b31m\u202egro\u2066\u2028\ud800';
    await log.append({ ...signOut, person: { sub: 's', username: tricks } });
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(textOf(folder)).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
    const read = entriesOf(folder).slice(1);
    expect(read.map(({ person }) => (person as { username: string }).username)).toEqual([...texts, tricks]);
    expect((await verify(folder)).damage).toBeUndefined();
  });

  it('shortens what is too long to be read', async () => {
    const folder = temporaryFolder();
    await (await open(folder)).append({ ...signOut, detail: 'x'.repeat(5000) });
    expect(entriesOf(folder)[1]?.['detail']).toBe(`${'x'.repeat(1999)}…`);
  });

  it('keeps the order when the clock is set back, and verifying says where that was', async () => {
    const folder = temporaryFolder();
    const times = [3, 3, 1, 2].map((hour) => BEGUN + hour * 3_600_000);
    const log = await open(folder, { now: () => times.shift() ?? BEGUN });
    for (const detail of ['a', 'b', 'c']) await log.append({ ...signOut, detail });
    expect(entriesOf(folder).map(({ time, detail }) => [time, detail])).toEqual([
      ['2026-11-23T13:00:00.000Z', undefined],
      ['2026-11-23T13:00:00.000Z', 'a'],
      ['2026-11-23T11:00:00.000Z', 'b'],
      ['2026-11-23T12:00:00.000Z', 'c'],
    ]);
    const { damage, notes } = await verify(folder);
    expect([damage, notes]).toEqual([undefined, [{ line: 3, kind: 'clock-back' }]]);
  });
});

describe('a program that was ended', () => {
  it('between the line and the head: the head is mended with the next entry, and the log says so', async () => {
    const folder = temporaryFolder();
    await written(folder, 2);
    const before = temporaryFolder();
    cpSync(folder, before, { recursive: true });
    await (await open(folder)).append(signOut);
    cpSync(headPath(before), headPath(folder));
    expect(await verify(folder)).toMatchObject({ notes: [{ line: 4, kind: 'head-behind' }], head: { count: 4 } });
    await (await open(folder)).append(signOut);
    expect(entriesOf(folder).slice(4)).toMatchObject([
      { action: 'log.head-behind', detail: 'line 4' },
      { action: 'person.sign-out' },
    ]);
    const mended = await verify(folder);
    expect([mended.damage, mended.notes]).toEqual([undefined, []]);
  });

  it('between the very first line and its head: the same', async () => {
    const folder = temporaryFolder();
    await written(folder, 1);
    const [genesis = ''] = linesOf(folder);
    const other = temporaryFolder();
    mkdirSync(auditFolder(other));
    writeFileSync(logPath(other), genesis);
    await (await open(other)).append(signOut);
    expect(linesOf(other)[0]).toBe(genesis);
    expect(entriesOf(other).slice(1)).toMatchObject([{ action: 'log.head-behind' }, { action: 'person.sign-out' }]);
  });

  it('at any byte of a line: what there is of it is set aside, and the log says so', async () => {
    const folder = temporaryFolder();
    await written(folder, 2);
    const rest = '{"seq":4,"time":"2026-11-23T10:00:09.000Z","previous":"';
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: rest.length }), async (length) => {
        const copy = temporaryFolderOf(folder);
        appendFileSync(logPath(copy), rest.slice(0, length));
        const found = await verify(copy);
        expect([found.damage, found.notes]).toEqual([undefined, [{ line: 4, kind: 'unfinished' }]]);
        await (await open(copy)).append(signOut);
        const [file = ''] = tornFiles(copy);
        expect(readFileSync(join(auditFolder(copy), file), 'utf8')).toBe(rest.slice(0, length));
        expect(entriesOf(copy).slice(3)).toMatchObject([
          { seq: 4, action: 'log.torn-line', file },
          { seq: 5, action: 'person.sign-out' },
        ]);
        expect((await verify(copy)).damage).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });

  it('at any byte of the very first line: the log is begun after it', async () => {
    const folder = temporaryFolder();
    mkdirSync(auditFolder(folder));
    writeFileSync(logPath(folder), '{"seq":1,"ti');
    await (await open(folder)).append(signOut);
    expect(entriesOf(folder)).toMatchObject([
      { seq: 1, format: 'keydesk-audit' },
      { action: 'log.torn-line' },
      { action: 'person.sign-out' },
    ]);
    expect(tornFiles(folder)).toHaveLength(1);
  });

  it('after it had set a line aside and before it said so: the next one says so, once', async () => {
    const folder = temporaryFolder();
    await written(folder, 1);
    const file = 'torn-3-0123456789abcdef';
    writeFileSync(join(auditFolder(folder), file), 'what there was');
    await (await open(folder)).append(signOut);
    await (await open(folder)).append(signOut);
    expect(entriesOf(folder).filter((entry) => entry['file'] === file)).toHaveLength(1);
  });

  it('in the middle of a line while this one runs: the same', async () => {
    const folder = temporaryFolder();
    const log = await open(folder);
    await log.append(signOut);
    appendFileSync(logPath(folder), '{"seq":3');
    await log.append(signOut);
    expect(entriesOf(folder).map(({ action }) => action)).toEqual([
      undefined,
      'person.sign-out',
      'log.torn-line',
      'person.sign-out',
    ]);
  });

  /** A copy of a folder, for one run. */
  function temporaryFolderOf(folder: string): string {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    return copy;
  }
});

describe('a folder that cannot be used', () => {
  it('is unwritable where a file is in the way, by name', async () => {
    const folder = temporaryFolder();
    const log = await open(folder);
    writeFileSync(auditFolder(folder), '');
    await expect(log.append(signOut)).rejects.toMatchObject({
      failure: { code: 'audit/unwritable', detail: expect.stringContaining(logPath(folder)) as string },
    });
  });

  it('is unreadable where the log is none', async () => {
    const folder = temporaryFolder();
    mkdirSync(logPath(folder), { recursive: true });
    await expect(open(folder)).rejects.toMatchObject({ failure: { code: 'audit/unreadable' } });
  });

  it('does not keep later entries from being written once it can be used again', async () => {
    const folder = temporaryFolder();
    const log = await open(folder);
    writeFileSync(auditFolder(folder), '');
    const event: AuditEvent = { action: 'operator.sign-in', result: 'done', operator: OLGA };
    await expect(log.append(event)).rejects.toThrow();
    rmSync(auditFolder(folder));
    await log.append(event);
    expect(entriesOf(folder)).toHaveLength(2);
  });
});
