import type { Damage } from './damage.js';
import { type AuditEntry, hashOf, parseEntry, parseGenesis } from './entry.js';
import type { Head } from './head.js';
import type { RawLine } from './lines.js';

/** A place between two lines, up to which the log is known to be intact. */
export interface Position {
  /** Lines up to here. */
  readonly count: number;
  readonly bytes: number;
  /** Of the last line; empty before the first. */
  readonly hash: string;
  /** Of the line before that. */
  readonly hashBefore: string;
  /** Of the last line, in milliseconds since 1970. */
  readonly time: number;
}

export const START: Position = { count: 0, bytes: 0, hash: '', hashBefore: '', time: -Infinity };

/** A line that is in its place. */
export interface Link {
  readonly number: number;
  readonly bytes: Buffer;
  readonly hash: string;
  readonly time: number;
  /** Undefined for the first line, which names the station instead. */
  readonly entry: AuditEntry | undefined;
  readonly station: string;
}

export interface Walked {
  readonly end: Position;
  readonly damage?: Damage;
  /** A last line without its end. */
  readonly torn?: Buffer;
}

/**
 * Goes along the chain from `start`, hands over each line that is in its place, and stops at the first that is not.
 * @param head what the log should be at `head.count`; undefined where there is no record of it
 */
export async function walk(
  lines: AsyncGenerator<RawLine, void>,
  start: Position,
  head: Head | undefined,
  take: (link: Link) => void,
): Promise<Walked> {
  let end = start;
  for await (const { bytes, isWhole } of lines) {
    if (!isWhole) return { end, torn: bytes };
    const number = end.count + 1;
    const read = number === 1 ? readGenesis(bytes) : readEntry(bytes);
    const hash = hashOf(bytes);
    const isInPlace = read?.seq === number && read.previous === end.hash;
    if (!isInPlace) return { end, damage: await blame({ end, read, hash, head }, lines) };
    const length = end.bytes + bytes.length;
    if (head?.count === number && head.hash !== hash) return { end, damage: { line: number, fault: 'altered' } };
    if (head?.count === number && head.bytes !== length)
      return { end, damage: { line: number, fault: 'head-damaged' } };
    const { entry, station, time } = read;
    take({ number, bytes, hash, time, entry, station });
    end = { count: number, bytes: length, hash, hashBefore: end.hash, time };
  }
  return { end };
}

interface ReadLine {
  readonly seq: number;
  readonly previous: string;
  readonly time: number;
  readonly station: string;
  readonly entry: AuditEntry | undefined;
}

function readGenesis(bytes: Buffer): ReadLine | undefined {
  const genesis = parseGenesis(bytes);
  if (!genesis) return undefined;
  return { seq: 1, previous: START.hash, time: Date.parse(genesis.time), station: genesis.station, entry: undefined };
}

function readEntry(bytes: Buffer): ReadLine | undefined {
  const entry = parseEntry(bytes);
  return entry && { ...entry, time: Date.parse(entry.time), entry };
}

/** Which line it is that does not belong: the one at hand or the one before. The line after the one at hand tells. */
async function blame(
  found: { end: Position; read: ReadLine | undefined; hash: string; head: Head | undefined },
  rest: AsyncGenerator<RawLine, void>,
): Promise<Damage> {
  const { end, read, hash, head } = found;
  const line = end.count + 1;
  if (!read) return { line, fault: 'not-an-entry' };
  const next = await rest.next();
  const follows = next.done === true ? undefined : readEntry(next.value.bytes)?.previous;
  if (read.seq !== line) {
    // Two lines that both follow the same one: the one that neither a line nor the head follows was put in.
    const isDouble = read.seq === end.count && read.previous === end.hashBefore;
    const isFollowed = follows === end.hash || (head?.count === end.count && head.hash === end.hash);
    return isDouble && !isFollowed ? { line: end.count, fault: 'inserted' } : { line, fault: 'out-of-order' };
  }
  // It names another line before it. Where it is itself as it was written, that is the one which was changed.
  const isAsWritten = follows === hash || (head?.count === line && head.hash === hash);
  return { line: isAsWritten && end.count > 0 ? end.count : line, fault: 'altered' };
}
