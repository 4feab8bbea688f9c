import type { AuditEntry } from '../audit/entry.js';
import { printable } from './printable.js';

const COLUMNS: readonly (readonly [string, (entry: AuditEntry) => string | undefined])[] = [
  ['seq', ({ seq }) => String(seq)],
  ['time', ({ time }) => time],
  ['station', ({ station }) => station],
  ['action', ({ action }) => action],
  ['result', ({ result }) => result],
  ['case', ({ caseId }) => caseId],
  ['operator', ({ operator }) => operator?.username],
  ['operator sub', ({ operator }) => operator?.sub],
  ['person', ({ person }) => person?.username],
  ['person sub', ({ person }) => person?.sub],
  ['approver', ({ approver }) => approver?.username],
  ['approver sub', ({ approver }) => approver?.sub],
  ['detail', ({ detail }) => detail],
  ['file', ({ file }) => file],
];

/** Entries as RFC 4180 has it, with a first row of names. For reading, in a spreadsheet too: what checks the chain is the log itself. */
export function auditCsv(entries: readonly AuditEntry[]): string {
  const rows = [
    COLUMNS.map(([name]) => name),
    ...entries.map((entry) => COLUMNS.map(([, valueOf]) => valueOf(entry) ?? '')),
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * In quotes always, whatever a spreadsheet takes for its separator. A text that it would take for a formula, also behind blanks
 * or in full-width letters, begins with an apostrophe: names are other people's, and a formula could send the sheet away.
 */
function cell(text: string): string {
  const safe = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${printable(safe).replaceAll('"', '""')}"`;
}
