import { type CborKey, type CborMap, type CborValue, decode, encode } from '../../src/ctap/codec/cbor.js';
import { CborError } from '../../src/ctap/codec/cbor-errors.js';

/** Values at which readers of members turn: of each type, empty and full, and beyond what they expect. */
const VALUES: readonly CborValue[] = [0, 1, 255, 65_536, -1, -7, 2n ** 63n, true, false, null, '', 'x'.repeat(70), new Uint8Array(), new Uint8Array(16), new Uint8Array(300), [], [1], new Map(), new Map([[1, 1]])]; // prettier-ignore
const MOST_KEY = 0x50;

/**
 * CBOR with one member added, removed, doubled or put in place of another, still well-formed: what changes of single bytes
 * hardly ever bring about. Undefined for bytes that are no CBOR that can be written again.
 */
export function mutatedCbor(bytes: Uint8Array, random: () => number): Uint8Array | undefined {
  try {
    return encode(changed(decode(bytes), random));
  } catch (error) {
    if (error instanceof CborError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function changed(value: CborValue, random: () => number): CborValue {
  const below = (limit: number) => Math.floor(random() * limit);
  const any = (): CborValue => VALUES[below(VALUES.length)] ?? 0;
  if (value instanceof Map) {
    // Maps in a CborValue are CborMaps; instanceof cannot say so.
    const entries: [CborKey, CborValue][] = [...(value as CborMap)];
    const at = below(entries.length);
    const entry = entries[at];
    const kind = below(5);
    if (!entry || kind === 0) return new Map([...entries, [below(MOST_KEY), any()]]);
    if (kind === 1) return new Map(entries.filter((_, index) => index !== at));
    return new Map(entries.with(at, [entry[0], changed(entry[1], random)]));
  }
  if (Array.isArray(value) && value.length > 0 && below(3) > 0) {
    const items = value as readonly CborValue[];
    const at = below(items.length);
    return below(3) === 0 ? [...items, items[at] ?? 0] : items.with(at, changed(items[at] ?? 0, random));
  }
  if (typeof value === 'number' && below(2) === 0) return value + below(9) - 4;
  return any();
}
