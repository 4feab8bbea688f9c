import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import {
  type CborKey,
  type CborValue,
  decode,
  decodeFirst,
  decodeStrict,
  encode,
  encodedLength,
  numbered,
} from '../../../src/ctap/codec/cbor.js';
import { CborError } from '../../../src/ctap/codec/cbor-errors.js';
import { readItem } from '../../../src/ctap/codec/cbor-reader.js';

// RFC 8949, Appendix A: the examples that CTAP's form of CBOR allows.
const RFC_8949: [string, CborValue][] = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['1bffffffffffffffff', 18446744073709551615n],
  ['3b7fffffffffffffff', -9223372036854775808n], // the least that CTAP could hold
  ['20', -1],
  ['29', -10],
  ['3863', -100],
  ['3903e7', -1000],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['40', new Uint8Array()],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['6449455446', 'IETF'],
  ['62c3bc', '\u00fc'],
  ['63e6b0b4', '\u6c34'],
  ['64f0908591', '\u{10151}'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['98190102030405060708090a0b0c0d0e0f101112131415161718181819', Array.from({ length: 25 }, (_, index) => index + 1)],
  ['a0', new Map()],
  ['a201020304', new Map([[1, 2], [3, 4]])], // prettier-ignore
];

describe('encoding and decoding', () => {
  it.each(RFC_8949)('%s stands for %s', (hex, value) => {
    expect(toHex(encode(value))).toBe(hex);
    expect(decodeStrict(fromHex(hex))).toEqual(value);
  });

  it('sorts map keys by major type, then length, then bytes (CTAP 2.2 §8)', () => {
    const map = new Map<CborKey, CborValue>([['aa', 1], ['b', 2], [-1, 3], [256, 4], [10, 5], [-2, 6]]); // prettier-ignore
    expect(toHex(encode(map))).toBe('a60a05190100042003210661620262616101');
  });

  it('makes the map with keys 1, 2, 3 of which requests consist, without the members that are undefined', () => {
    expect(toHex(encode(numbered('a', undefined, true)))).toBe('a201616103f5');
  });

  it('refuses numbers that are not whole', () => {
    expect(() => encode([0.5])).toThrow(RangeError);
    expect(() => encode(Number.NaN)).toThrow(RangeError);
  });

  it('decodes the first of several items and says where it ends', () => {
    expect(decodeFirst(fromHex('8201020304'))).toEqual({ value: [1, 2], end: 3 });
  });
});

describe('refusals', () => {
  it.each([
    ['cbor/truncated', ''],
    ['cbor/truncated', '19ff'],
    ['cbor/truncated', '4401'],
    ['cbor/truncated', '8201'],
    ['cbor/truncated', '5affffffff00'],
    ['cbor/truncated', '9bffffffffffffffff00'],
    ['cbor/trailing', '0000'],
    ['cbor/malformed', 'c000'],
    ['cbor/malformed', 'f93c00'],
    ['cbor/malformed', 'f7'],
    ['cbor/malformed', '5f4101ff'],
    ['cbor/malformed', '9f01ff'],
    ['cbor/malformed', 'a1800000'],
    ['cbor/malformed', '1c'],
    ['cbor/malformed', '3bffffffffffffffff'],
    ['cbor/duplicate-key', 'a201020103'],
    ['cbor/duplicate-key', 'a20102180103'],
    ['cbor/duplicate-key', 'a2616101616102'],
    ['cbor/duplicate-key', 'a2416101416102'],
    ['cbor/duplicate-key', 'a21bffffffffffffffff011bffffffffffffffff02'],
    ['cbor/too-deep', '81'.repeat(17) + '00'],
  ])('%s: %s', (code, hex) => {
    expect(() => decode(fromHex(hex))).toThrow(expect.objectContaining({ name: 'CborError', code }));
  });

  it.each([
    ['an integer that is not shortest', '1800', 0],
    ['a length that is not shortest', '580100', Uint8Array.of(0)],
    ['keys out of order', 'a202000100', new Map([[2, 0], [1, 0]])], // prettier-ignore
    ['five levels', '818181818100', [[[[[0]]]]]],
    ['text cut within a character', '6261c3', 'a'],
    ['text cut in a member that is followed by others', 'a20162e6b0026162', new Map<number, string>([[1, ''], [2, 'b']])], // prettier-ignore
  ])('%s is refused strictly and read leniently', (_, hex, value) => {
    const seen: string[] = [];
    expect(() => decodeStrict(fromHex(hex))).toThrow(expect.objectContaining({ code: 'cbor/not-canonical' }));
    expect(decode(fromHex(hex), ({ kind }) => seen.push(kind))).toEqual(value);
    expect(seen).toHaveLength(1);
  });
});

describe('properties', () => {
  const integer = fc.maxSafeInteger().filter((value) => value >= -(2 ** 31) || value < -(2 ** 32));
  const key = fc.oneof(integer, fc.string({ unit: 'grapheme' }));
  const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      integer,
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(tie('value'), { maxLength: 30 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 30 }).map((entries) => new Map(entries)),
    ),
  }));

  it('what is encoded is canonical and decodes to itself', () => {
    fc.assert(
      fc.property(value, (original) => {
        const bytes = encode(original);
        expect(readItem(bytes)).toMatchObject({ end: bytes.length, irregularities: [] });
        expect(sortedDeep(decodeStrict(bytes))).toEqual(sortedDeep(original));
      }),
    );
  });

  it('how long it gets is known beforehand', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(encodedLength(original)).toBe(encode(original).length);
      }),
    );
    expect(RFC_8949.map(([, known]) => encodedLength(known))).toEqual(RFC_8949.map(([hex]) => hex.length / 2));
  });

  it('any bytes give a value or a CborError, and what is taken strictly encodes to the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          const value = decodeStrict(bytes);
          expect(toHex(encode(value))).toBe(toHex(bytes));
        } catch (error) {
          expect(error instanceof CborError || error instanceof RangeError).toBe(true);
        }
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('one changed byte never escapes as anything else', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.nat(255), (original, position, byte) => {
        const bytes = encode(original);
        bytes[position % bytes.length] = byte;
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** Maps compare by content, whatever the order of their keys. */
function sortedDeep(value: CborValue): unknown {
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, item]) => [`${typeof key}:${String(key)}`, sortedDeep(item as CborValue)] as const,
    );
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }
  return Array.isArray(value) ? value.map((item: CborValue) => sortedDeep(item)) : value;
}
