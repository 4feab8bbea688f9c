import { Encoder } from 'cbor-x';

import { concat } from './bytes.js';
import { CborError } from './cbor-errors.js';
import { compareKeys, type Irregularity, scan } from './cbor-scan.js';

/** What CTAP messages are made of. Numbers are whole, from -2^63 to 2^64 - 1; those beyond 2^53 are bigints. */
export type CborValue = number | bigint | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap;
export type CborKey = number | bigint | string | Uint8Array;
export type CborMap = ReadonlyMap<CborKey, CborValue>;

// Plain CBOR: no records, no tags for typed arrays, maps as maps with the shortest head.
const codec = new Encoder({ useRecords: false, mapsAsObjects: false, variableMapSize: true, tagUint8Array: false });

/**
 * The CTAP2 canonical form (CTAP 2.2 §8): shortest integers, definite lengths, keys sorted by type, length and bytes.
 * Throws a RangeError for a number that is not whole or beyond 64 bits, and for those from -2^32 to -2^31 - 1: cbor-x has
 * no shortest form for them, and no FIDO message holds one.
 */
export function encode(value: CborValue): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(codec.encode(canonical(value)));
}

/** A map with keys 1, 2, 3 … as most CTAP requests are; members that are undefined are left out. */
export function numbered(...members: readonly (CborValue | undefined)[]): CborMap {
  return new Map(members.flatMap((value, index) => (value === undefined ? [] : [[index + 1, value] as const])));
}

/**
 * Decodes one message as authenticators in the field send it: departures from the canonical form that can be
 * read all the same are passed to `onIrregularity`, and text cut in the middle of a character loses that character.
 * @throws CborError when it is no CBOR that CTAP allows
 */
export function decode(bytes: Uint8Array, onIrregularity?: (irregularity: Irregularity) => void): CborValue {
  const { end, irregularities } = scan(bytes);
  if (end !== bytes.length) throw new CborError('cbor/trailing', end, 'Bytes after the end of the message');
  for (const irregularity of irregularities) onIrregularity?.(irregularity);
  const cut = irregularities.filter(({ kind }) => kind === 'text-not-utf8');
  return build(cut.length === 0 ? bytes : withTextMended(bytes, cut));
}

/** Decodes one message and refuses everything that is not canonical: for our own side of the protocol. */
export function decodeStrict(bytes: Uint8Array): CborValue {
  return decode(bytes, ({ kind, start }) => {
    throw new CborError('cbor/not-canonical', start, `Not canonical (${kind})`);
  });
}

/** Decodes the first item of `bytes` and says where it ends: for items that are followed by others without a frame. */
export function decodeFirst(bytes: Uint8Array): { value: CborValue; end: number } {
  const { end } = scan(bytes);
  return { value: decode(bytes.subarray(0, end)), end };
}

function build(bytes: Uint8Array): CborValue {
  // What cbor-x builds from a message that passed the scan is a CborValue: the scan lets nothing else through.
  return narrow(codec.decode(bytes) as CborValue);
}

/** cbor-x gives every 64-bit integer as a bigint; those that fit become numbers, so that equal values look equal. */
function narrow(value: CborValue): CborValue {
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (value instanceof Map)
    return new Map([...(value as CborMap)].map(([key, item]) => [narrow(key as CborValue) as CborKey, narrow(item)]));
  return Array.isArray(value) ? (value as readonly CborValue[]).map(narrow) : value;
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
  const entries = [...map].map(([key, value]) => ({
    key: canonical(key) as CborKey,
    value: canonical(value),
    encoded: codec.encode(canonical(key)),
  }));
  entries.sort((a, b) => compareKeys(a.encoded, b.encoded));
  return new Map(entries.map(({ key, value }) => [key, value]));
}

function isSafe(value: bigint): boolean {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
}

function withTextMended(bytes: Uint8Array, cut: readonly Irregularity[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let done = 0;
  for (const { start, end } of cut) {
    const width = (bytes[start] ?? 0) & 0x1f;
    const body = start + 1 + (width < 24 ? 0 : 1 << (width - 24));
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(body, end)).replace(/\uFFFD$/, '');
    parts.push(bytes.subarray(done, start), codec.encode(text));
    done = end;
  }
  return concat(...parts, bytes.subarray(done));
}
