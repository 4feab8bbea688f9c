import { Encoder } from 'cbor-x';

import { utf8 } from './bytes.js';
import { CborError } from './cbor-errors.js';
import { type CborKey, type CborMap, type CborValue, type Irregularity, readItem } from './cbor-reader.js';

export type { CborKey, CborMap, CborValue };

// Plain CBOR: no records, no tags for typed arrays, maps as maps with the shortest head.
const codec = new Encoder({ useRecords: false, mapsAsObjects: false, variableMapSize: true, tagUint8Array: false });

/**
 * The CTAP2 canonical form (CTAP 2.2 §8): shortest integers, definite lengths, keys sorted by type, length and bytes.
 * Throws a RangeError for a number that is not whole or beyond 64 bits, and for those from -2^32 to -2^31 - 1: cbor-x has
 * no shortest form for them, and no FIDO message holds one.
 */
export function encode(value: CborValue): Uint8Array<ArrayBuffer> {
  return new Uint8Array(codec.encode(canonical(value)));
}

/** How many bytes `encode` makes of a value, without making them. */
export function encodedLength(value: CborValue): number {
  if (typeof value === 'number' || typeof value === 'bigint')
    return headLength(value < 0 ? -1n - BigInt(value) : value);
  if (typeof value === 'string') return lengthWithHead(Buffer.byteLength(value));
  if (value instanceof Uint8Array) return lengthWithHead(value.length);
  let length = 1;
  if (value instanceof Map) {
    length = headLength(value.size);
    for (const [key, member] of value as CborMap) length += encodedLength(key) + encodedLength(member);
  } else if (Array.isArray(value)) {
    length = headLength(value.length);
    for (const item of value as readonly CborValue[]) length += encodedLength(item);
  }
  return length;
}

/** A map with keys 1, 2, 3 … as most CTAP requests are; members that are undefined are left out. */
export function numbered(...members: readonly (CborValue | undefined)[]): CborMap {
  const map = new Map<CborKey, CborValue>();
  for (const [index, value] of members.entries()) if (value !== undefined) map.set(index + 1, value);
  return map;
}

/**
 * Decodes one message as authenticators in the field send it: departures from the canonical form that can be
 * read all the same are passed to `onIrregularity`, and text cut in the middle of a character loses that character.
 * @throws CborError when it is no CBOR that CTAP allows
 */
export function decode(bytes: Uint8Array, onIrregularity?: (irregularity: Irregularity) => void): CborValue {
  const { value, end, irregularities } = readItem(bytes);
  if (end !== bytes.length) throw new CborError('cbor/trailing', end, 'Bytes after the end of the message');
  for (const irregularity of irregularities) onIrregularity?.(irregularity);
  return value;
}

/** Decodes one message and refuses everything that is not canonical: for our own side of the protocol. */
export function decodeStrict(bytes: Uint8Array): CborValue {
  return decode(bytes, ({ kind, start }) => {
    throw new CborError('cbor/not-canonical', start, `Not canonical (${kind})`);
  });
}

/** Decodes the first item of `bytes` and says where it ends: for items that are followed by others without a frame. */
export function decodeFirst(bytes: Uint8Array): { value: CborValue; end: number } {
  const { value, end } = readItem(bytes);
  return { value, end };
}

function lengthWithHead(bytes: number): number {
  return headLength(bytes) + bytes;
}

/** Bytes of the head with that argument (RFC 8949 §3). */
function headLength(argument: number | bigint): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x10000) return 3;
  return argument < 0x100000000 ? 5 : 9;
}

function canonical(value: CborValue): CborValue {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('CTAP messages hold whole numbers only');
    if (value < -(2 ** 31) && value >= -(2 ** 32))
      throw new RangeError(`${value} cannot be written in its shortest form`);
    return value >= -(2 ** 31) && value < 2 ** 32 ? value : BigInt(value); // cbor-x would make a float of it
  }
  if (typeof value === 'bigint') {
    if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new RangeError('An integer beyond 64 bits');
    return isSafe(value) ? canonical(Number(value)) : value;
  }
  if (value instanceof Map) return sorted(value as CborMap);
  return Array.isArray(value) ? (value as readonly CborValue[]).map(canonical) : value;
}

function sorted(map: CborMap): CborMap {
  const entries: [CborKey, CborValue][] = [];
  let isSorted = true;
  for (const [key, value] of map) {
    const last = entries.at(-1);
    const entry: [CborKey, CborValue] = [canonical(key) as CborKey, canonical(value)];
    isSorted &&= !last || compareKeys(last[0], entry[0]) < 0;
    entries.push(entry);
  }
  return new Map(isSorted ? entries : entries.sort(([a], [b]) => compareKeys(a, b)));
}

/** The order of map keys: major type first, then the length of the encoded key, then its bytes (CTAP 2.2 §8). */
function compareKeys(a: CborKey, b: CborKey): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  // Numbers of one sign: the greater its distance from zero, the longer the number, or the greater its bytes.
  if (isNumber(a) && isNumber(b)) return a === b ? 0 : a < b === a >= 0 ? -1 : 1;
  return lengthOf(a) - lengthOf(b) || Buffer.compare(contentOf(a), contentOf(b));
}

/** Bytes of a key that is no number. */
function lengthOf(key: CborKey): number {
  return typeof key === 'string' ? Buffer.byteLength(key) : contentOf(key).length;
}

function contentOf(key: CborKey): Uint8Array {
  if (isNumber(key)) return new Uint8Array();
  return typeof key === 'string' ? utf8(key) : key;
}

/** Major types in their order: unsigned and negative numbers, bytes, text. */
function rankOf(key: CborKey): number {
  if (isNumber(key)) return key >= 0 ? 0 : 1;
  return key instanceof Uint8Array ? 2 : 3;
}

function isNumber(key: CborKey): key is number | bigint {
  return typeof key === 'number' || typeof key === 'bigint';
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
}
