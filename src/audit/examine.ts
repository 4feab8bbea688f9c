import { join } from 'node:path';

import { FailureError } from '../failures/failure-error.js';
import { type Link, type Position, START, walk } from './chain.js';
import { type Damage, describeDamage, type Note } from './damage.js';
import type { Disk } from './disk.js';
import { type Head, parseHead } from './head.js';
import { linesOf } from './lines.js';

/** How often a log is read again that others write meanwhile. */
const ATTEMPTS = 100;

/** The files of a log. */
export interface LogFiles {
  readonly folder: string;
  readonly log: string;
  readonly head: string;
  readonly lock: string;
  readonly reserve: string;
}

/** @param folder the log's own, `audit` in the station's */
export function logFiles(folder: string): LogFiles {
  const log = join(folder, 'audit.jsonl');
  return { folder, log, head: join(folder, 'audit.head.json'), lock: `${log}.lock`, reserve: `${log}.reserve` };
}

/** How a log was found. */
export interface Examination {
  /** Up to where it is intact. */
  readonly end: Position;
  /** Those lines that were asked for, of the ones that are in their place. */
  readonly links: readonly Link[];
  readonly damage?: Damage;
  /** A last line without its end, as a program leaves it that is ended in the middle. */
  readonly torn?: Buffer;
  /** The head record does not know the last line, as a program leaves it that is ended between the two. */
  readonly isHeadBehind: boolean;
  readonly notes: readonly Note[];
}

/**
 * Reads the log from a place that is known to be intact, changes nothing, and needs no lock: what looks damaged while another
 * process writes is looked at again.
 * @param isWanted which lines are to be handed back
 * @throws FailureError `audit/unreadable`
 */
export async function examine(
  disk: Disk,
  files: LogFiles,
  isWanted: (link: Link) => boolean,
  start: Position = START,
): Promise<Examination> {
  try {
    for (let attempt = 1; ; attempt += 1) {
      const head = await disk.read(files.head);
      const found = await examineOnce(disk, files, { isWanted, start, headFile: head });
      if (!found.damage || attempt === ATTEMPTS) return found;
      const headNow = await disk.read(files.head);
      if (head === headNow || (head && headNow?.equals(head))) return found;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FailureError({ code: 'audit/unreadable', detail: `${files.folder}: ${why}` }, { cause: error });
  }
}

/** @throws FailureError `audit/damaged`, whose detail names file and line */
export function refuseDamaged({ log }: LogFiles, damage: Damage | undefined): void {
  if (damage) throw new FailureError({ code: 'audit/damaged', detail: `${log}, ${describeDamage(damage)}` });
}

async function examineOnce(
  disk: Disk,
  { log }: LogFiles,
  { isWanted, start, headFile }: { isWanted: (link: Link) => boolean; start: Position; headFile: Buffer | undefined },
): Promise<Examination> {
  const head = headFile && parseHead(headFile);
  const size = (await disk.sizeOf(log)) ?? 0;
  const links: Link[] = [];
  const notes: Note[] = [];
  let time = start.time;
  const pieces = disk.readBetween(log, start.bytes, size);
  const { end, torn, damage } = await walk(linesOf(pieces), start, head, (link) => {
    if (isWanted(link)) links.push(link);
    if (link.time < time) notes.push({ line: link.number, kind: 'clock-back' });
    time = link.time;
  });
  const wrongEnd = damage ?? faultAtEnd(end, { start, size, head, isHeadDamaged: headFile !== undefined && !head });
  const isHeadBehind = !wrongEnd && end.count > (head?.count ?? 0);
  if (isHeadBehind) notes.push({ line: end.count, kind: 'head-behind' });
  if (torn) notes.push({ line: end.count + 1, kind: 'unfinished' });
  return { end, links, isHeadBehind, notes, ...(wrongEnd && { damage: wrongEnd }), ...(torn && { torn }) };
}

/** What the chain itself cannot tell: whether it is all there. */
function faultAtEnd(
  { count }: Position,
  found: { start: Position; size: number; head: Head | undefined; isHeadDamaged: boolean },
): Damage | undefined {
  const { start, size, head, isHeadDamaged } = found;
  // Whoever has seen more of it before is a witness that nobody can rewrite.
  if (size < start.bytes) return { line: start.count, fault: 'cut' };
  if (head?.count === start.count && head.hash !== start.hash) return { line: start.count, fault: 'altered' };
  if (isHeadDamaged) return { line: Math.max(count, 1), fault: 'head-damaged' };
  if (!head) return count > 1 ? { line: count, fault: 'head-missing' } : undefined;
  if (head.count > count) return { line: count + 1, fault: 'cut' };
  return count > head.count + 1 ? { line: head.count + 1, fault: 'beyond-head' } : undefined;
}
