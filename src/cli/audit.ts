import type { AuditPerson } from '../audit/entry.js';
import type { Link } from '../audit/chain.js';
import { type Damage, describeDamage, describeNote } from '../audit/damage.js';
import type { AuditEntry } from '../audit/entry.js';
import { type Verification, verifyAuditLog } from '../audit/verify.js';
import { auditCsv } from './audit-csv.js';
import type { Context } from './context.js';
import { printable } from './printable.js';
import { problemOf, usage } from './problem.js';

/** The question was whether it is as it was written, and the answer is no. */
const EXIT_DAMAGED = 3;

export interface VerifyOptions {
  readonly folder?: string;
  readonly head?: string;
  readonly count?: number;
}

export interface ExportOptions {
  readonly folder?: string;
  readonly format: 'jsonl' | 'csv';
  /** Milliseconds since 1970. */
  readonly from?: number;
  /** The first that is too late. */
  readonly to?: number;
  readonly person?: string;
  readonly operator?: string;
}

/** `keydesk audit verify`. */
export async function verify({ folder, head, count }: VerifyOptions, context: Context): Promise<void> {
  if (count !== undefined && head === undefined)
    throw usage('--count says which line has to have the hash of --head.', 'Give both, or --head alone.');
  const place = folder ?? context.station().auditFolder();
  const found = await verifyAuditLog({ folder: place, noted: head === undefined ? undefined : { hash: head, count } });
  const { damage, notes, station, first, last } = found;
  if (damage) context.outcome.exitCode = EXIT_DAMAGED;
  context.terminal.result(
    {
      intact: !damage,
      ...(damage && { damage: { ...damage, message: describeDamage(damage) } }),
      head: found.head ?? null,
      station,
      first,
      last,
      notes: notes.map((note) => ({ ...note, message: describeNote(note) })),
    },
    asText(found, place),
  );
}

/** `keydesk audit export`. */
export async function exportLog(options: ExportOptions, context: Context): Promise<void> {
  const place = options.folder ?? context.station().auditFolder();
  const { damage, links } = await verifyAuditLog({ folder: place, isWanted: (link) => isWanted(link, options) });
  if (damage) {
    context.outcome.exitCode = EXIT_DAMAGED;
    context.terminal.failure(problemOf({ code: 'audit/damaged', detail: detailOf(damage, place) }));
    return;
  }
  const entries = links.flatMap(({ entry }) => entry ?? []);
  const bytes =
    options.format === 'csv' ? Buffer.from(auditCsv(entries)) : Buffer.concat(links.map((link) => link.bytes));
  context.terminal.data({ entries }, bytes);
}

function isWanted({ entry, time }: Link, { from, to, person, operator }: ExportOptions): boolean {
  if (!entry) return false;
  if ((from !== undefined && time < from) || (to !== undefined && time >= to)) return false;
  if (person !== undefined && !isCalled(entry.person, person)) return false;
  return operator === undefined || actors(entry).some((actor) => isCalled(actor, operator));
}

const actors = ({ operator, approver }: AuditEntry) => [operator, approver];
const isCalled = (who: AuditPerson | undefined, name: string) => who?.sub === name || who?.username === name;

function asText({ damage, notes, head, station, first, last }: Verification, place: string): string {
  const lines = damage
    ? ['The audit log is NOT as it was written.', `  ${detailOf(damage, place)}`]
    : ['The audit log is as it was written.'];
  if (station !== undefined)
    lines.push(`  station       ${printable(station)}`, `  written       ${first ?? ''} to ${last ?? ''}`);
  if (head) lines.push(`  lines         ${head.count}`, `  head          ${head.hash}`);
  lines.push(...notes.map((note) => `Note: ${describeNote(note)}.`));
  if (head)
    lines.push(`Keep the head somewhere else. Later: keydesk audit verify --head ${head.hash} --count ${head.count}`);
  return lines.join('\n');
}

function detailOf(damage: Damage, place: string): string {
  return `${printable(place)}, ${describeDamage(damage)}`;
}
