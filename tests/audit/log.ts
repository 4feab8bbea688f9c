import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { AuditLog, auditFolder, type AuditLogOptions } from '../../src/audit/audit-log.js';
import type { AuditEvent } from '../../src/audit/entry.js';

export const BEGUN = Date.parse('2026-11-23T10:00:00Z');
export const OLGA = { sub: 'sub-of-olga', username: 'olga' };
export const ANA = { sub: 'sub-of-ana', username: 'ana' };
export const signOut: AuditEvent = { action: 'person.sign-out', result: 'begun', operator: OLGA, person: ANA };

let time = BEGUN;

/** A log whose clock goes on by a second with each look. */
export function open(folder: string, options: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
  return AuditLog.open({ folder, station: 'Desk 1', now: () => (time += 1000), ...options });
}

export const logPath = (folder: string) => join(auditFolder(folder), 'audit.jsonl');
export const headPath = (folder: string) => join(auditFolder(folder), 'audit.head.json');
export const textOf = (folder: string) => readFileSync(logPath(folder), 'utf8');

/** The lines, each with its newline. */
export const linesOf = (folder: string): string[] => textOf(folder).match(/[^\n]*\n|[^\n]+$/g) ?? [];
export const entriesOf = (folder: string) => linesOf(folder).map((line) => JSON.parse(line) as Record<string, unknown>);

export function rewrite(folder: string, lines: readonly string[]): void {
  writeFileSync(logPath(folder), lines.join(''));
}

/** A log with the first line and `count` entries. */
export async function written(folder: string, count: number): Promise<void> {
  const log = await open(folder);
  for (let number = 0; number < count; number += 1)
    await log.append({ ...signOut, result: number % 2 === 0 ? 'begun' : 'done', detail: `entry ${number}` });
}
