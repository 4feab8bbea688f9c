import { crc32 } from 'node:zlib';

/**
 * The framing of the state file: lines of a checksum (CRC-32, eight digits), a space, and JSON. Each checksum goes on
 * from that of the line before, so a line that is changed, missing or out of place is seen at once or in the next one.
 */

const NEWLINE = 0x0a;
const CHECKSUM_DIGITS = 8;

/** Where a log ends, hence where and after what its next line goes. */
export interface LogEnd {
  /** Bytes of whole lines. */
  readonly length: number;
  /** Checksum of the last line. */
  readonly checksum: number;
}

export const EMPTY_LOG: LogEnd = { length: 0, checksum: 0 };

/** A line for this value at the end of a log, and where the log ends then. */
export function nextLine(value: unknown, { length, checksum }: LogEnd): { line: Buffer; end: LogEnd } {
  const json = Buffer.from(JSON.stringify(value));
  const next = crc32(json, checksum);
  const line = Buffer.concat([Buffer.from(`${digits(next)} `), json, Buffer.of(NEWLINE)]);
  return { line, end: { length: length + line.length, checksum: next } };
}

/** A line that is not what was written. Lines count from 1. */
export class DamagedLine extends Error {
  override readonly name = 'DamagedLine';
  readonly line: number;

  constructor(line: number) {
    super(`Line ${line} is damaged`);
    this.line = line;
  }
}

/**
 * Hands every whole line's value to `take`, in order; what `take` does not accept is damage too. A last line without its
 * end is what a crash leaves of a write that nobody was told of: it is left out. Throws DamagedLine.
 */
export function readLines(bytes: Buffer, take: (value: unknown, line: number) => boolean): LogEnd {
  let end = EMPTY_LOG;
  for (let line = 1; ; line += 1) {
    const stop = bytes.indexOf(NEWLINE, end.length);
    if (stop < 0) return end;
    const json = bytes.subarray(end.length + CHECKSUM_DIGITS + 1, stop);
    const checksum = crc32(json, end.checksum);
    const lead = bytes.toString('latin1', end.length, Math.min(end.length + CHECKSUM_DIGITS + 1, stop));
    if (lead !== `${digits(checksum)} ` || !take(parse(json), line)) throw new DamagedLine(line);
    end = { length: stop + 1, checksum };
  }
}

const digits = (checksum: number): string => checksum.toString(16).padStart(CHECKSUM_DIGITS, '0');

/** Undefined, which no line holds, when it is not JSON: its checksum may fit all the same. */
function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return undefined;
  }
}
