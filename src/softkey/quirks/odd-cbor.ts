import { concat, utf8 } from '../../ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, encode } from '../../ctap/codec/cbor.js';
import { compareKeys } from '../../ctap/codec/cbor-reader.js';
import type { Quirks } from './quirks.js';

/** Initial bytes of CBOR (RFC 8949 §3) whose length, count or the like is in the byte that follows. */
const Head = { TEXT: 0x78, ARRAY: 0x98, MAP: 0xb8 } as const;
const NAMES: ReadonlySet<CborKey> = new Set(['name', 'displayName']);

/** CBOR as some keys write it: by the quirks `cut-names` and `not-canonical`; without them as `encode` does. */
export function encodeOddly(value: CborValue, quirks: Quirks): Uint8Array {
  if (value instanceof Map) return map(value as CborMap, quirks);
  // The cast names what Array.isArray leaves as any[].
  if (Array.isArray(value)) return list(value as readonly CborValue[], quirks);
  return encode(value);
}

function map(members: CborMap, quirks: Quirks): Uint8Array {
  const isCut = (key: CborKey) => 'cut-names' in quirks && NAMES.has(key);
  const entries = ordered(members, quirks).map(([key, value]) =>
    concat(encode(key), isCut(key) && typeof value === 'string' ? cutText(value, quirks) : encodeOddly(value, quirks)),
  );
  return concat(head(Head.MAP, entries.length, quirks), ...entries);
}

function list(items: readonly CborValue[], quirks: Quirks): Uint8Array {
  return concat(head(Head.ARRAY, items.length, quirks), ...items.map((item) => encodeOddly(item, quirks)));
}

/** The entries in canonical order, or in the opposite one. */
function ordered(members: CborMap, quirks: Quirks): [CborKey, CborValue][] {
  const sorted = [...members].sort(([a], [b]) => compareKeys(encode(a), encode(b)));
  return 'not-canonical' in quirks ? sorted.reverse() : sorted;
}

/** A count below 24 belongs into the first byte; a key that does not care puts it into the next. */
function head(withByte: number, count: number, quirks: Quirks): Uint8Array {
  const isShort = count < 24 && !('not-canonical' in quirks);
  return isShort ? Uint8Array.of((withByte & 0xe0) | count) : Uint8Array.of(withByte, count);
}

/** A text that ends within a character of two bytes. */
function cutText(text: string, quirks: Quirks): Uint8Array {
  const bytes = utf8(`${text.slice(0, 60)}é`);
  return concat(head(Head.TEXT, bytes.length - 1, quirks), bytes.subarray(0, -1));
}
