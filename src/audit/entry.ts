import { createHash, randomBytes } from 'node:crypto';

import { z } from 'zod';

import { isHarmless, jsonLine } from '../shared/json-line.js';
import { AUDIT_RESULTS, type AuditAction, type AuditResult } from './actions.js';

/** Characters of a detail; what is longer ends with an ellipsis. A line of the log stays one that a person can read. */
const MAX_DETAIL = 2000;

const Person = z.strictObject({ sub: z.string(), username: z.string() });
/** A person as the pool knows them: the name may change, the `sub` does not. */
export type AuditPerson = Readonly<z.infer<typeof Person>>;

/** What happened, as the caller tells it. */
export interface AuditEvent {
  readonly action: AuditAction;
  readonly result: AuditResult;
  /** The runbook's case that it belongs to. */
  readonly caseId?: string;
  readonly operator?: AuditPerson;
  readonly person?: AuditPerson;
  readonly approver?: AuditPerson;
  /** Plain words, 2000 characters at most. Never a secret. */
  readonly detail?: string;
}

/** SHA-256, small hexadecimal digits. */
export const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Sequence = z.int().min(1);

/** The first line: whose log it is, and 32 random bytes, so that no two logs have a line in common. */
const Genesis = z.strictObject({
  seq: z.literal(1),
  time: z.iso.datetime(),
  format: z.literal('keydesk-audit'),
  version: z.literal(1),
  station: z.string(),
  genesis: Hash,
});

/** Every other line. Actions of a later version are kept as they are. */
const Entry = z.strictObject({
  seq: Sequence,
  time: z.iso.datetime(),
  previous: Hash,
  station: z.string(),
  action: z.string(),
  result: z.enum(AUDIT_RESULTS),
  caseId: z.string().optional(),
  operator: Person.optional(),
  person: Person.optional(),
  approver: Person.optional(),
  detail: z.string().optional(),
  /** What was set aside, beside the log. */
  file: z.string().optional(),
});
export type AuditEntry = Readonly<z.infer<typeof Entry>>;

/** @returns undefined for bytes that are no first line of a log */
export function parseGenesis(line: Buffer): z.infer<typeof Genesis> | undefined {
  return Genesis.safeParse(parse(line)).data;
}

/** @returns undefined for bytes that are no entry */
export function parseEntry(line: Buffer): AuditEntry | undefined {
  return Entry.safeParse(parse(line)).data;
}

/** What the next line holds of this one: SHA-256 over its exact bytes, the newline among them. */
export function hashOf(line: Buffer): string {
  return createHash('sha256').update(line).digest('hex');
}

/** The first line of a new log. */
export function genesisLine(station: string, time: number): Buffer {
  const genesis = randomBytes(32).toString('hex');
  return toLine({
    seq: 1,
    time: new Date(time).toISOString(),
    format: 'keydesk-audit',
    version: 1,
    station,
    genesis,
  } satisfies z.infer<typeof Genesis>);
}

/** A line for an event, which follows the one that has the hash `previous`. */
export function entryLine(
  event: AuditEvent & { readonly file?: string },
  { seq, time, previous, station }: { seq: number; time: number; previous: string; station: string },
): Buffer {
  const { action, result, caseId, operator, person, approver, detail, file } = event;
  return toLine({
    seq,
    time: new Date(time).toISOString(),
    previous,
    station,
    action,
    result,
    caseId,
    operator,
    person,
    approver,
    detail: detail === undefined || detail.length <= MAX_DETAIL ? detail : `${detail.slice(0, MAX_DETAIL - 1)}…`,
    file,
  } satisfies AuditEntry);
}

function toLine(value: object): Buffer {
  return Buffer.from(`${jsonLine(value)}\n`);
}

/** Undefined, which is no entry, for what is no JSON, or none that this log writes: as it is exported, it must be harmless. */
function parse(line: Buffer): unknown {
  const text = line.toString();
  try {
    return isHarmless(text) && Buffer.from(text).equals(line) ? JSON.parse(text) : undefined;
  } catch {
    return undefined; // no JSON: whoever reads the log names the line
  }
}
