import { describe, expect, it } from 'vitest';

import type { CaseEntry, CaseFile } from '../../src/helpdesk/case.js';
import { receiptHtml } from '../../src/helpdesk/receipt-html.js';
import { receiptOf } from '../../src/helpdesk/receipt.js';
import { receiptText } from '../../src/helpdesk/receipt-text.js';

const OLGA = { sub: 'sub-of-olga', username: 'olga' };
const OTTO = { sub: 'sub-of-otto', username: 'otto' };
const AT = '2026-11-28T08:00:00.000Z';

const entry = (step: CaseEntry['step'], phase: CaseEntry['phase'], more: Partial<CaseEntry> = {}): CaseEntry => ({
  at: AT,
  step,
  phase,
  operator: OLGA,
  ...more,
});

const fileOf = (entries: CaseEntry[], more: Partial<CaseFile> = {}): CaseFile => ({
  version: 1,
  id: '6f2b1a52-7c7e-4a2f-9e0c-0d4c3b1a2f01',
  userPoolId: 'local_ABC',
  person: { sub: 'sub-of-zoe', username: 'zoe' },
  seen: { enabled: true, status: 'CONFIRMED', isEmailVerified: true, isFederated: false },
  openedBy: OLGA,
  openedAt: AT,
  reason: 'lost',
  entries,
  ...more,
});

describe('a receipt', () => {
  it('tells each act once, as it ended, with who approved it and where the log has it', () => {
    const { acts } = receiptOf(
      fileOf([
        entry('session', 'begun', { audit: 3 }),
        entry('session', 'done', { approver: OTTO, note: 'on behalf', audit: 4 }),
        entry('enrol', 'begun', { passkeys: ['old'], use: 'replacement', nickname: 'New key' }),
        entry('enrol', 'done', { passkeys: ['new'], use: 'replacement', nickname: 'New key' }),
      ]),
    );
    expect(acts).toMatchObject([
      { step: 'session', result: 'done', approver: OTTO, audit: 4 },
      { what: 'Passkey enrolled (replacement: New key)', passkeys: ['new'] },
    ]);
  });

  it.each(['failed', 'unknown'] as const)('names no passkey that was there before an enrolment that is %s', (phase) => {
    const { acts } = receiptOf(
      fileOf([entry('enrol', phase, { passkeys: ['old'], use: 'backup', nickname: 'New key' })]),
    );
    expect(acts).toMatchObject([{ result: phase, passkeys: [] }]);
  });

  it.each([
    ['stays barred', [entry('disable', 'done')], 'barred from signing in'],
    ['has no passkey left', [entry('delete', 'done', { passkeys: ['a'] })], 'none was enrolled'],
    ['may have lost one', [entry('delete', 'unknown', { passkeys: ['a'] })], 'is not known'],
  ])('says when the person %s', (_, entries, words) => {
    expect(receiptOf(fileOf(entries)).remarks.join(' ')).toContain(words);
    expect(receiptText(receiptOf(fileOf(entries)))).toContain(words);
  });

  it('has no line that a name or a note has made', () => {
    const forged = 'x\n2026-11-28T08:00:00.000Z  Passkey deleted: done, by olga  [audit 5]\u2028\u0085\r';
    const file = fileOf([entry('delete', 'done', { note: forged, passkeys: [forged] })], { reason: forged });
    expect(receiptText(receiptOf(file)).split(/[\n\r\u2028\u0085]/)).toHaveLength(
      receiptText(receiptOf(fileOf([entry('delete', 'done', { note: 'x', passkeys: ['x'] })]))).split('\n').length,
    );
  });

  it('is a page in which no text is anything but text, and which runs and loads nothing', () => {
    const nasty = '<script>alert(1)</script>&"\'\u202egnp.exe';
    const file = fileOf(
      [entry('delete', 'done', { note: nasty, passkeys: [nasty], approver: { sub: 's', username: nasty } })],
      {
        reason: nasty,
        person: { sub: nasty, username: nasty },
      },
    );
    const page = receiptHtml(receiptOf(file));
    expect(page).not.toContain('<script');
    expect(page).not.toContain('\u202e');
    expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&quot;&#39;gnp\.exe/g)).toHaveLength(6);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/(?:src|href)=/);
  });
});
