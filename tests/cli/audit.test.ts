import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { AuditLog, auditFolder } from '../../src/audit/audit-log.js';
import type { AuditEvent } from '../../src/audit/entry.js';
import { ANA, linesOf, OLGA, rewrite } from '../audit/log.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { json, run } from './harness.js';

vi.setConfig({ testTimeout: 60_000 }); // every entry waits for the disk, which others may be using

const PAUL = { sub: 'sub-of-paul', username: 'paul' };
const EVENTS: readonly (readonly [string, AuditEvent])[] = [
  ['2026-11-22T23:59:59.999Z', { action: 'operator.sign-in', result: 'done', operator: OLGA }],
  ['2026-11-23T00:00:00.000Z', { action: 'person.sign-out', result: 'begun', operator: OLGA, person: ANA }],
  [
    '2026-11-23T23:59:59.999Z',
    { action: 'session.approve', result: 'done', operator: PAUL, approver: OLGA, person: ANA },
  ],
  ['2026-11-24T00:00:00.000Z', { action: 'person.disable', result: 'refused', operator: PAUL, person: PAUL }],
];

/** A station with these entries, and how the command line is told of it. */
async function station(events = EVENTS): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = temporaryFolder();
  const times = [events[0]?.[0] ?? '', ...events.map(([time]) => time)].map((time) => Date.parse(time));
  const log = await AuditLog.open({ folder, station: 'Desk 1', now: () => times.shift() ?? 0 });
  for (const [, event] of events) await log.append(event);
  return { folder, env: { KEYDESK_STATION: folder } };
}

interface Verified {
  readonly intact: boolean;
  readonly head: { readonly hash: string; readonly count: number };
}

describe('keydesk audit verify', () => {
  it('says of an untouched log how far it goes, and its head', async () => {
    const { env } = await station();
    const ended = await run(['audit', 'verify', '--json'], { env });
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    expect(json(ended)).toEqual({
      intact: true,
      head: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, count: 5 },
      station: 'Desk 1',
      first: '2026-11-22T23:59:59.999Z',
      last: '2026-11-24T00:00:00.000Z',
      notes: [],
    });
    const { head } = json(ended) as Verified;
    const { stdout } = await run(['audit', 'verify'], { env });
    expect(stdout).toContain('The audit log is as it was written.');
    expect(stdout).toContain(`keydesk audit verify --head ${head.hash} --count 5`);
  });

  it('names the line that was changed, and ends with 3', async () => {
    const { folder, env } = await station();
    rewrite(folder, linesOf(folder).with(2, (linesOf(folder)[2] ?? '').replace('ana', 'eve')));
    const ended = await run(['audit', 'verify', '--json'], { env });
    expect(ended.status).toBe(3);
    expect(json(ended)).toMatchObject({
      intact: false,
      damage: { line: 3, fault: 'altered', message: 'line 3: it is not as it was written' },
      head: null,
    });
    const { stdout } = await run(['audit', 'verify'], { env });
    expect(stdout).toContain('The audit log is NOT as it was written.');
    expect(stdout).toContain('line 3: it is not as it was written');
  });

  it('holds the log against a head that was noted', async () => {
    const { folder, env } = await station();
    const noted = (json(await run(['audit', 'verify', '--json'], { env })) as Verified).head;
    const head = ['--head', noted.hash.toUpperCase(), '--count', '5'];
    expect((await run(['audit', 'verify', ...head], { env })).status).toBe(0);
    rmSync(auditFolder(folder), { recursive: true });
    const other = await station();
    const ended = await run(['audit', 'verify', '--json', ...head, '--folder', auditFolder(other.folder)], { env });
    expect(ended.status).toBe(3);
    expect(json(ended)).toMatchObject({ intact: false, damage: { line: 5, fault: 'not-noted' } });
  });

  it('does not take a log that is not there for one that is intact', async () => {
    const folder = temporaryFolder();
    const ended = await run(['audit', 'verify', '--json'], { env: { KEYDESK_STATION: folder } });
    expect(ended.status).toBe(3);
    expect(json(ended)).toMatchObject({ intact: false, damage: { fault: 'no-log' }, head: null });
  });

  it('works on a station that is locked', async () => {
    const { folder, env } = await station();
    writeFileSync(join(folder, 'policy.json'), '{');
    expect((await run(['audit', 'verify'], { env })).status).toBe(0);
    expect((await run(['audit', 'export', '--format', 'csv'], { env })).status).toBe(0);
  });

  it('fails for a log that cannot be read', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const ended = await run(['audit', 'verify', '--json', '--folder', file], {});
    expect(ended.status).toBe(1);
    expect(json(ended)).toMatchObject({ error: { code: 'audit/unreadable' } });
  });

  it.each([[['--head', 'abc']], [['--count', '3']], [['--head', 'a'.repeat(64), '--count', '0']], [['--folder']]])(
    'with %j is wrong usage',
    async (args) => {
      const { env } = await station();
      const ended = await run(['audit', 'verify', '--json', ...args], { env });
      expect(ended.status).toBe(2);
      expect(json(ended)).toMatchObject({ error: { code: 'usage' } });
    },
  );
});

describe('keydesk audit export', () => {
  it('prints the lines of the log, to the byte', async () => {
    const { folder, env } = await station();
    const ended = await run(['audit', 'export', '--format', 'jsonl'], { env });
    expect(ended).toEqual({ status: 0, stderr: '', stdout: linesOf(folder).slice(1).join('') });
  });

  it.each([
    [
      ['--from', '2026-11-23'],
      [3, 4, 5],
    ],
    [
      ['--to', '2026-11-23'],
      [2, 3, 4],
    ],
    [
      ['--from', '2026-11-23', '--to', '2026-11-23'],
      [3, 4],
    ],
    [['--from', '2026-11-24T01:00:00+01:00'], [5]],
    [
      ['--to', '2026-11-23T00:00:00Z'],
      [2, 3],
    ],
    [
      ['--person', 'ana'],
      [3, 4],
    ],
    [['--person', 'sub-of-paul'], [5]],
    [
      ['--operator', 'olga'],
      [2, 3, 4],
    ],
    [['--operator', 'paul', '--person', 'ana'], [4]],
    [['--person', 'an'], []],
  ])('with %j prints the entries %j', async (args, expected) => {
    const { env } = await station();
    const ended = await run(['audit', 'export', '--format', 'jsonl', '--json', ...args], { env });
    expect(ended.status).toBe(0);
    const { entries } = json(ended) as { entries: { seq: number }[] };
    expect(entries.map(({ seq }) => seq)).toEqual(expected);
  });

  it('prints CSV in which no name is a formula, ends its cell or turns the text', async () => {
    const tricks = [
      '=HYPERLINK("x")',
      '+1',
      '-1',
      '@sum',
      ' =1',
      '\t=1',
      '＝1',
      'a","b',
      'a\r\nb',
      '\u202eana',
      'plain',
    ];
    const { env } = await station(
      tricks.map((username) => [
        '2026-11-23T10:00:00.000Z',
        { action: 'person.find', result: 'done', person: { sub: 's', username } },
      ]),
    );
    const { stdout, status } = await run(['audit', 'export', '--format', 'csv'], { env });
    expect(status).toBe(0);
    const rows = stdout.split('\r\n');
    expect(rows[0]).toBe(
      '"seq","time","station","action","result","case","operator","operator sub","person","person sub","approver","approver sub","detail","file"',
    );
    const people = rows.slice(1, -1).map((row) => row.slice(row.indexOf('"","","",') + 9, row.indexOf(',"s","')));
    expect(people).toEqual([
      `"'=HYPERLINK(""x"")"`,
      `"'+1"`,
      `"'-1"`,
      `"'@sum"`,
      `"' =1"`,
      `"'\ufffd=1"`,
      `"'＝1"`,
      '"a"",""b"',
      '"a\ufffd\ufffdb"',
      '"\ufffdana"',
      '"plain"',
    ]);
  });

  it('prints nothing of a log that is not as it was written', async () => {
    const { folder, env } = await station();
    rewrite(folder, linesOf(folder).toSpliced(1, 1));
    const ended = await run(['audit', 'export', '--format', 'csv'], { env });
    expect(ended).toMatchObject({ status: 3, stdout: '' });
    expect(ended.stderr).toContain(`(audit/damaged: ${auditFolder(folder)}, line 2: another entry belongs here`);
  });

  it.each([
    [[]],
    [['--format', 'xml']],
    [['--format', 'csv', '--from', 'monday']],
    [['--format', 'csv', '--to', '2026-11-23T10:00']],
  ])('with %j is wrong usage', async (args) => {
    const { env } = await station();
    expect((await run(['audit', 'export', ...args], { env })).status).toBe(2);
  });

  it('is quiet about a last line that is being written', async () => {
    const { folder, env } = await station();
    rewrite(folder, [...linesOf(folder), '{"seq":6,']);
    expect((await run(['audit', 'export', '--format', 'csv'], { env })).status).toBe(0);
    const { stdout } = await run(['audit', 'verify'], { env });
    expect(stdout).toContain('Note: line 6: it has no end');
  });
});
