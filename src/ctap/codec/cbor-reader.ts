import { CborError } from './cbor-errors.js';

/** What CTAP messages are made of. Numbers are whole, from -2^63 to 2^64 - 1; those beyond 2^53 are bigints. */
export type CborValue = number | bigint | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
export type CborKey = number | bigint | string | Uint8Array;
export type CborMap = ReadonlyMap<CborKey, CborValue>;

/** A departure from the canonical form that real authenticators are known to make, and that can be read all the same. */
export interface Irregularity {
  readonly kind: 'not-shortest' | 'keys-out-of-order' | 'nested-too-deep' | 'text-not-utf8';
  /** The item: from its first byte to the one after its last, counted from the start of the message. */
  readonly start: number;
  readonly end: number;
}

/** One item, and where the next one would start. */
export interface Item {
  readonly value: CborValue;
  readonly end: number;
  readonly irregularities: readonly Irregularity[];
}

/** Major types (RFC 8949 §3.1). */
const Major = { UNSIGNED: 0, NEGATIVE: 1, BYTES: 2, TEXT: 3, ARRAY: 4, MAP: 5, TAG: 6, SIMPLE: 7 } as const;
/** Of major type 7, those that CTAP knows. */
const Simple = { FALSE: 20, TRUE: 21, NULL: 22 } as const;

/** CTAP 2.2 §8 allows four levels of nesting. */
const MAX_DEPTH = 4;
/** Beyond this nobody errs, somebody attacks: the reader calls itself once a level. */
const DEPTH_LIMIT = 16;

/** Keys and option names are this short; decoding such text by a loop is faster than by a decoder. */
const SHORT_TEXT = 24;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads one CBOR item, and finds all that the canonical form of CTAP forbids (CTAP 2.2 §8), in one pass. Text that is cut
 * within a character loses that character.
 * @returns the value, the offset after it, and every irregularity that a lenient reader may overlook
 * @throws CborError for what no reader should accept: cut items, tags, floats, indefinite lengths, duplicate keys
 */
export function readItem(bytes: Uint8Array, start = 0): Item {
  const irregularities: Irregularity[] = [];
  let offset = start;
  // The head that was read last. The argument is the length, count or number that follows the major type; one beyond
  // 2^53 is rounded, which no bound here minds, and exact in `wide`.
  let major = 0;
  let argument = 0;
  let wide: bigint | undefined;
  const value = item(0);
  return { value, end: offset, irregularities };

  function item(depth: number): CborValue {
    const from = offset;
    head();
    switch (major) {
      case Major.UNSIGNED:
        return wide ?? argument;
      case Major.NEGATIVE:
        return negative(from);
      case Major.BYTES:
        // A copy: what is read must not change when the message is used again.
        return new Uint8Array(string(from));
      case Major.TEXT:
        return text(from, string(from));
      case Major.ARRAY:
        return array(from, depth + 1);
      case Major.MAP:
        return map(from, depth + 1);
      case Major.SIMPLE:
        return argument === Simple.NULL ? null : argument === Simple.TRUE;
      default:
        throw new CborError('cbor/malformed', from, 'A tag, which CTAP forbids,');
    }
  }

  function negative(from: number): number | bigint {
    if (wide === undefined) return argument < Number.MAX_SAFE_INTEGER ? -1 - argument : -1n - BigInt(argument);
    if (wide >= 2n ** 63n) throw new CborError('cbor/malformed', from, 'An integer below -2^63');
    return -1n - wide;
  }

  function string(from: number): Uint8Array {
    if (argument > bytes.length - offset) throw new CborError('cbor/truncated', from, 'A string runs past the end');
    const content = bytes.subarray(offset, offset + argument);
    offset += argument;
    return content;
  }

  function text(from: number, content: Uint8Array): string {
    if (content.length <= SHORT_TEXT) {
      let short = '';
      for (const byte of content) {
        if (byte >= 0x80) break;
        short += String.fromCharCode(byte);
      }
      if (short.length === content.length) return short;
    }
    try {
      return strictUtf8.decode(content);
    } catch {
      note('text-not-utf8', from, offset);
      return lenientUtf8.decode(content).replace(/\uFFFD$/, '');
    }
  }

  function array(from: number, depth: number): CborValue[] {
    const count = argument;
    descend(from, count, depth);
    const items: CborValue[] = [];
    for (let index = 0; index < count; index++) items.push(item(depth));
    return items;
  }

  function map(from: number, depth: number): CborMap {
    const count = argument;
    descend(from, count * 2, depth);
    const members = new Map<CborKey, CborValue>();
    let byteKeys: Set<string> | undefined;
    let previousStart = -1;
    let previousEnd = -1;
    for (let index = 0; index < count; index++) {
      const keyStart = offset;
      if ((bytes[keyStart] ?? 0) >> 5 > Major.TEXT)
        throw new CborError('cbor/malformed', keyStart, 'A map key that is no number and no text');
      const key = item(depth) as CborKey; // of these major types it can be nothing else
      const keyEnd = offset;
      let isKnown = members.has(key);
      if (key instanceof Uint8Array) {
        const identity = Buffer.from(key).toString('latin1');
        byteKeys ??= new Set();
        isKnown = byteKeys.has(identity);
        byteKeys.add(identity);
      }
      if (isKnown) throw new CborError('cbor/duplicate-key', keyStart, 'A map key that was there before');
      if (index > 0 && compareAt(bytes, previousStart, previousEnd, keyStart, keyEnd) > 0)
        note('keys-out-of-order', keyStart, keyEnd);
      previousStart = keyStart;
      previousEnd = keyEnd;
      members.set(key, item(depth));
    }
    return members;
  }

  /** Refuses what cannot fit before walking it: each element takes a byte at least. */
  function descend(from: number, elements: number, depth: number): void {
    if (depth > DEPTH_LIMIT) throw new CborError('cbor/too-deep', from, 'An item nested too deep');
    if (elements > bytes.length - offset)
      throw new CborError('cbor/truncated', from, 'A list or map runs past the end');
    if (depth > MAX_DEPTH) note('nested-too-deep', from, offset);
  }

  function head(): void {
    const from = offset;
    const first = bytes[from];
    if (first === undefined) throw new CborError('cbor/truncated', from, 'The message ends');
    major = first >> 5;
    argument = first & 0x1f;
    wide = undefined;
    offset = from + 1;
    if (major === Major.SIMPLE) {
      if (argument >= Simple.FALSE && argument <= Simple.NULL) return;
      throw new CborError('cbor/malformed', from, 'A float or simple value, which CTAP forbids,');
    }
    if (argument < 24) return;
    if (argument > 27) throw new CborError('cbor/malformed', from, 'An indefinite or reserved length');
    const width = 1 << (argument - 24);
    offset += width;
    if (offset > bytes.length) throw new CborError('cbor/truncated', from, 'The message ends');
    argument = 0;
    for (let at = from + 1; at < offset; at++) argument = argument * 256 + (bytes[at] ?? 0);
    if (argument > Number.MAX_SAFE_INTEGER)
      wide = new DataView(bytes.buffer, bytes.byteOffset + from + 1, width).getBigUint64(0);
    if (argument < (width === 1 ? 24 : 256 ** (width / 2))) note('not-shortest', from, offset);
  }

  function note(kind: Irregularity['kind'], from: number, to: number): void {
    irregularities.push({ kind, start: from, end: to });
  }
}

/** The order of map keys: major type first, then length, then bytes (CTAP 2.2 §8). Both are whole encoded keys. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const major = ((a[0] ?? 0) >> 5) - ((b[0] ?? 0) >> 5);
  return major || a.length - b.length || Buffer.compare(a, b);
}

/** The same for two keys of one message. */
function compareAt(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): number {
  const major = ((bytes[aStart] ?? 0) >> 5) - ((bytes[bStart] ?? 0) >> 5);
  const order = major || aEnd - aStart - (bEnd - bStart);
  if (order !== 0) return order;
  for (let at = 0; at < aEnd - aStart; at++) {
    const difference = (bytes[aStart + at] ?? 0) - (bytes[bStart + at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
