import type { Link } from './chain.js';
import type { Damage, Note } from './damage.js';
import { type Disk, disk as realDisk } from './disk.js';
import { examine, logFiles } from './examine.js';

/** A head that was noted earlier, somewhere else. */
interface NotedHead {
  readonly hash: string;
  /** The number of the line that had it. */
  readonly count?: number | undefined;
}

export interface VerifyOptions {
  /** The log's own: `auditFolder` of the station's, or a copy of it. */
  readonly folder: string;
  /** The log has to hold it. */
  readonly noted?: NotedHead | undefined;
  /** Which lines are to be handed back. */
  readonly isWanted?: (link: Link) => boolean;
  readonly disk?: Disk;
}

/** What a log is, as far as it is intact. */
export interface Verification {
  readonly damage?: Damage;
  readonly notes: readonly Note[];
  /** Of the last line; undefined for a log with damage. To be noted elsewhere. */
  readonly head?: { readonly hash: string; readonly count: number };
  /** Whose log it is. */
  readonly station?: string;
  /** When the first line and the last that follows from it were written, ISO 8601. */
  readonly first?: string;
  readonly last?: string;
  readonly links: readonly Link[];
}

/** Goes through the whole log and changes nothing. Rejects with FailureError `audit/unreadable`. */
export async function verifyAuditLog(options: VerifyOptions): Promise<Verification> {
  const { folder, noted, isWanted = () => false, disk = realDisk } = options;
  const isNoted = ({ hash, number }: Link) =>
    hash === noted?.hash && (noted.count === undefined || noted.count === number);
  const found = await examine(disk, logFiles(folder), (link) => link.number === 1 || isNoted(link) || isWanted(link));
  const { end, notes } = found;
  const damage = found.damage ?? emptyOrAnother(end.count, found.torn !== undefined, noted, found.links.some(isNoted));
  const first = found.links.find(({ number }) => number === 1);
  return {
    notes,
    links: found.links.filter(isWanted),
    ...(damage && { damage }),
    ...(first && !damage && { head: { hash: end.hash, count: end.count } }),
    ...(first && {
      station: first.station,
      first: new Date(first.time).toISOString(),
      last: new Date(end.time).toISOString(),
    }),
  };
}

function emptyOrAnother(
  count: number,
  isBegun: boolean,
  noted: NotedHead | undefined,
  holdsNoted: boolean,
): Damage | undefined {
  if (noted && noted.count !== undefined && noted.count > count) return { line: count + 1, fault: 'cut' };
  if (count === 0 && !isBegun) return { line: 1, fault: 'no-log' };
  return noted && !holdsNoted ? { line: noted.count ?? 1, fault: 'not-noted' } : undefined;
}
