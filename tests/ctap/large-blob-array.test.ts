import { createCipheriv, createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, toHex, utf8 } from '../../src/ctap/codec/bytes.js';
import { encode, numbered } from '../../src/ctap/codec/cbor.js';
import {
  EMPTY_LARGE_BLOB_ARRAY,
  isBlobEntry,
  openBlob,
  opensWith,
  parseArray,
  sealBlob,
  serializeArray,
} from '../../src/ctap/large-blob-array.js';

const KEY = new Uint8Array(32).fill(1);
const OTHER_KEY = new Uint8Array(32).fill(2);
const hash = (list: Uint8Array) => createHash('sha256').update(list).digest().subarray(0, 16);

/** An entry by the words of CTAP 2.2 §6.10.3. */
function entryOf(compressed: Uint8Array, size: number, key = KEY): Uint8Array {
  const nonce = new Uint8Array(12).fill(3);
  const associated = Buffer.concat([Buffer.from('blob'), Buffer.alloc(8)]);
  associated.writeBigUInt64LE(BigInt(size), 4);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
  const sealed = concat(cipher.update(compressed), cipher.final(), cipher.getAuthTag());
  return encode(numbered(sealed, nonce, size));
}

describe('the array', () => {
  it('without entries is the one that keys begin with', () => {
    // CTAP 2.1 §6.10.2, initial serialized large-blob array
    expect(toHex(EMPTY_LARGE_BLOB_ARRAY)).toBe('8076be8b528d0075f7aae98d6fa57a6d3c');
    expect(serializeArray([])).toEqual(EMPTY_LARGE_BLOB_ARRAY);
    expect(parseArray(EMPTY_LARGE_BLOB_ARRAY)).toEqual([]);
  });

  it('gives back its entries byte for byte, whatever they are', () => {
    // Canonical and not, floats, tags: nothing that our own decoder would have to understand.
    const entry = fc.oneof(
      fc.uint8Array({ maxLength: 80 }).map((bytes) => encode(bytes)),
      fc.constantFrom('fb3ff199999999999a', 'bf0102ff', 'c100', '1800', 'a202010100', 'a0').map(fromHex),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 300 }), (entries) => {
        expect(parseArray(serializeArray(entries)).map(toHex)).toEqual(entries.map(toHex));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['a wrong hash', serializeArray([sealBlob(KEY, utf8('x'))]).with(-1, 0)],
    ['nothing', new Uint8Array()],
    ['no more than a hash', new Uint8Array(16)],
  ])('with %s has no entries', (_, bytes) => {
    expect(parseArray(bytes)).toEqual([]);
  });

  it.each(['a0', '8201', '80' + '00'])('whose hash is right and which is no list (%s) is left alone', (hex) => {
    const bytes = fromHex(hex);
    expect(() => parseArray(concat(bytes, hash(bytes)))).toThrow('largeBlobArray');
  });
});

describe('an entry', () => {
  it('opens with its key to what was sealed, and with no other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (data) => {
        const entry = sealBlob(KEY, data);
        expect(isBlobEntry(entry)).toBe(true);
        expect(openBlob(KEY, entry)).toEqual(data);
        expect(opensWith(OTHER_KEY, entry)).toBe(false);
        expect(openBlob(OTHER_KEY, entry)).toBeUndefined();
      }),
    );
  });

  it('written by others opens', () => {
    const data = utf8('made elsewhere '.repeat(9));
    expect(openBlob(KEY, entryOf(deflateRawSync(data), data.length))).toEqual(data);
  });

  it('is never the same twice', () => {
    expect(sealBlob(KEY, utf8('x'))).not.toEqual(sealBlob(KEY, utf8('x')));
  });

  it('that inflates beyond the size it tells is its credential’s, and not read', () => {
    const bomb = deflateRawSync(new Uint8Array(50_000_000));
    for (const size of [0, 10, 49_999_999, 2 ** 40]) {
      const entry = entryOf(bomb, size);
      expect(opensWith(KEY, entry)).toBe(true);
      expect(openBlob(KEY, entry)).toBeUndefined();
    }
  });

  it.each([
    ['shorter than it tells', deflateRawSync(utf8('abc')), 4],
    ['cut', deflateRawSync(utf8('abc')).subarray(0, 3), 3],
    ['not compressed', utf8('\xff\xff\xff'), 3],
  ])('whose content is %s is not read', (_, content, size) => {
    expect(openBlob(KEY, entryOf(content, size))).toBeUndefined();
  });

  it.each([
    ['a number', encode(1)],
    ['a map without its members', encode(new Map())],
    ['a nonce of another length', encode(numbered(new Uint8Array(20), new Uint8Array(11), 3))],
    ['a ciphertext without tag', encode(numbered(new Uint8Array(15), new Uint8Array(12), 3))],
    ['a size below zero', encode(numbered(new Uint8Array(20), new Uint8Array(12), -1))],
    ['a float', fromHex('fb3ff199999999999a')],
  ])('is not %s', (_, bytes) => {
    expect(isBlobEntry(bytes)).toBe(false);
    expect(opensWith(KEY, bytes)).toBe(false);
  });
});
