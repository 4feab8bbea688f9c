import { CborError } from './cbor-errors.js';

/** A departure from the canonical form that real authenticators are known to make, and that can be read all the same. */
export interface Irregularity {
  readonly kind: 'not-shortest' | 'keys-out-of-order' | 'nested-too-deep' | 'text-not-utf8';
  /** The item: from its first byte to the one after its last, counted from the start of the message. */
  readonly start: number;
  readonly end: number;
}

/** Major types (RFC 8949 §3.1). */
const Major = { UNSIGNED: 0, NEGATIVE: 1, BYTES: 2, TEXT: 3, ARRAY: 4, MAP: 5, TAG: 6, SIMPLE: 7 } as const;

/** CTAP 2.2 §8 allows four levels of nesting. */
const MAX_DEPTH = 4;
/** Beyond this nobody errs, somebody attacks: the scanner calls itself once a level. */
const DEPTH_LIMIT = 16;

interface Head {
  readonly major: number;
  /** The length, count or value that follows the major type. Above 2^53 it is rounded, which no bound here minds. */
  readonly argument: number;
  /** Where the content starts. */
  readonly body: number;
}

/**
 * Walks one CBOR item without building it, and finds all that the canonical form of CTAP forbids (CTAP 2.2 §8).
 * @returns the offset after the item, and every irregularity that a lenient reader may overlook
 * @throws CborError for what no reader should accept: cut items, tags, floats, indefinite lengths, duplicate keys
 */
export function scan(bytes: Uint8Array, start = 0): { end: number; irregularities: Irregularity[] } {
  const irregularities: Irregularity[] = [];
  const end = item(start, 0);
  return { end, irregularities };

  function item(offset: number, depth: number): number {
    const { major, argument, body } = head(offset);
    switch (major) {
      case Major.NEGATIVE:
        // The argument is rounded up there, so the sign bit decides.
        if (argument >= 2 ** 63 && (bytes[offset + 1] ?? 0) & 0x80)
          throw new CborError('cbor/malformed', offset, 'An integer below -2^63');
        return body;
      case Major.UNSIGNED:
      case Major.SIMPLE:
        return body;
      case Major.BYTES:
      case Major.TEXT: {
        if (argument > bytes.length - body) throw new CborError('cbor/truncated', offset, 'A string runs past the end');
        const after = body + argument;
        if (major === Major.TEXT && !isUtf8(bytes.subarray(body, after))) note('text-not-utf8', offset, after);
        return after;
      }
      case Major.ARRAY:
        return array(offset, body, argument, depth + 1);
      case Major.MAP:
        return map(offset, body, argument, depth + 1);
      default:
        throw new CborError('cbor/malformed', offset, 'A tag, which CTAP forbids,');
    }
  }

  function array(offset: number, body: number, count: number, depth: number): number {
    let next = descend(offset, body, count, depth);
    for (let index = 0; index < count; index++) next = item(next, depth);
    return next;
  }

  function map(offset: number, body: number, count: number, depth: number): number {
    let next = descend(offset, body, count * 2, depth);
    let previous: Uint8Array | undefined;
    const seen = new Set<string>();
    for (let index = 0; index < count; index++) {
      const keyStart = next;
      const { major, argument, body: keyBody } = head(keyStart);
      if (major > Major.TEXT)
        throw new CborError('cbor/malformed', keyStart, 'A map key that is no number and no text');
      next = item(keyStart, depth);
      const content = Buffer.from(bytes.subarray(keyBody, next)).toString('latin1');
      const identity = `${major}:${major <= Major.NEGATIVE ? argument : content}`;
      if (seen.has(identity)) throw new CborError('cbor/duplicate-key', keyStart, 'A map key that was there before');
      seen.add(identity);
      const key = bytes.subarray(keyStart, next);
      if (previous && compareKeys(previous, key) > 0) note('keys-out-of-order', keyStart, next);
      previous = key;
      next = item(next, depth);
    }
    return next;
  }

  /** Refuses what cannot fit before walking it: each element takes a byte at least. */
  function descend(offset: number, body: number, elements: number, depth: number): number {
    if (depth > DEPTH_LIMIT) throw new CborError('cbor/too-deep', offset, 'An item nested too deep');
    if (elements > bytes.length - body)
      throw new CborError('cbor/truncated', offset, 'A list or map runs past the end');
    if (depth > MAX_DEPTH) note('nested-too-deep', offset, body);
    return body;
  }

  function head(offset: number): Head {
    const first = bytes[offset];
    if (first === undefined) throw new CborError('cbor/truncated', offset, 'The message ends');
    const major = first >> 5;
    const low = first & 0x1f;
    if (major === Major.SIMPLE) {
      if (low >= 20 && low <= 22) return { major, argument: low, body: offset + 1 }; // false, true, null
      throw new CborError('cbor/malformed', offset, 'A float or simple value, which CTAP forbids,');
    }
    if (low < 24) return { major, argument: low, body: offset + 1 };
    if (low > 27) throw new CborError('cbor/malformed', offset, 'An indefinite or reserved length');
    const width = 1 << (low - 24);
    const body = offset + 1 + width;
    if (body > bytes.length) throw new CborError('cbor/truncated', offset, 'The message ends');
    const argument = bytes.subarray(offset + 1, body).reduce((value, byte) => value * 256 + byte, 0);
    if (argument < (width === 1 ? 24 : 256 ** (width / 2))) note('not-shortest', offset, body);
    return { major, argument, body };
  }

  function note(kind: Irregularity['kind'], from: number, to: number): void {
    // A map key's head is read twice, once as a key and once as an item.
    if (irregularities.at(-1)?.start === from && irregularities.at(-1)?.kind === kind) return;
    irregularities.push({ kind, start: from, end: to });
  }
}

/** The order of map keys: major type first, then length, then bytes (CTAP 2.2 §8). Both are whole encoded keys. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const major = ((a[0] ?? 0) >> 5) - ((b[0] ?? 0) >> 5);
  return major || a.length - b.length || Buffer.compare(a, b);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
