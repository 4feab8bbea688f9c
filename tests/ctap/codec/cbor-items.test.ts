import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { encode } from '../../../src/ctap/codec/cbor.js';
import { CborError } from '../../../src/ctap/codec/cbor-errors.js';
import { listItems } from '../../../src/ctap/codec/cbor-items.js';

// Examples of RFC 8949, appendix A: canonical and not, tags, floats, indefinite lengths.
const ITEMS = [
  '00', '1903e8', '1bffffffffffffffff', 'c249010000000000000000', '3903e7', 'f90000', 'fb3ff199999999999a', 'f4', 'f6',
  'f8ff', 'c074323031332d30332d32315432303a30343a30305a', 'd818456449455446', '40', '4401020304', '60', '62c3bc', '80',
  '8301820203820405', 'a0', 'a201020304', '5f42010243030405ff', '7f657374726561646d696e67ff', '9fff',
  '9f018202039f0405ffff', 'bf6346756ef563416d7421ff', '1800', '1900ff',
]; // prettier-ignore

describe('the elements of a list', () => {
  it('are given as the bytes that they are', () => {
    const list = concat(fromHex('981b'), ...ITEMS.map(fromHex));
    expect(listItems(list).map(toHex)).toEqual(ITEMS);
    expect(listItems(concat(fromHex('9f'), ...ITEMS.map(fromHex), fromHex('ff'))).map(toHex)).toEqual(ITEMS);
  });

  it('are what was encoded, for every list', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(), fc.string(), fc.uint8Array(), fc.array(fc.nat()))), (values) => {
        const items = values.map((value) => encode(value));
        expect(listItems(encode(values)).map(toHex)).toEqual(items.map(toHex));
      }),
    );
  });

  it.each([
    ['nothing', '', 'cbor/truncated'],
    ['a map', 'a0', 'cbor/malformed'],
    ['a list that is cut', '8201', 'cbor/truncated'],
    ['a string that is cut', '814401', 'cbor/truncated'],
    ['a head that is cut', '8119', 'cbor/truncated'],
    ['a list of indefinite length without end', '9f01', 'cbor/truncated'],
    ['more elements than there can be', '819b7fffffffffffffff', 'cbor/truncated'],
    ['a reserved length', '811c', 'cbor/malformed'],
    ['a break where none can be', '81ff', 'cbor/malformed'],
    ['bytes after it', '8000', 'cbor/trailing'],
    ['depth beyond reason', '81'.repeat(5000) + '00', 'cbor/too-deep'],
  ])('are refused of %s', (_, hex, code) => {
    expect(() => listItems(fromHex(hex))).toThrow(expect.objectContaining({ name: 'CborError', code }) as Error);
  });

  it('are given, or a CborError is, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          listItems(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(CborError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
