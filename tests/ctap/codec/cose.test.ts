import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { fromBase64url, toHex } from '../../../src/ctap/codec/bytes.js';
import type { CborKey, CborMap, CborValue } from '../../../src/ctap/codec/cbor.js';
import { CoseLabel, publicKeyInfoOf, publicKeyOf } from '../../../src/ctap/codec/cose.js';

const ec = (namedCurve: string, crv: number): [KeyObject, CborMap] => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return [publicKey, cose([1, 2], [-1, crv], [-2, fromBase64url(x)], [-3, fromBase64url(y)])];
};
const cose = (...members: [CborKey, CborValue][]): CborMap => new Map(members);

describe('a credential public key as SubjectPublicKeyInfo', () => {
  it('is what OpenSSL writes, for every kind of key', () => {
    const ed25519 = generateKeyPairSync('ed25519').publicKey;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const { x = '' } = ed25519.export({ format: 'jwk' });
    const { n = '', e = '' } = rsa.export({ format: 'jwk' });
    const keys: [KeyObject, CborMap][] = [
      ec('prime256v1', 1),
      ec('secp384r1', 2),
      ec('secp521r1', 3),
      [ed25519, cose([1, 1], [-1, 6], [-2, fromBase64url(x)])],
      [rsa, cose([1, 3], [-1, fromBase64url(n)], [-2, fromBase64url(e)])],
    ];
    for (const [key, map] of keys) {
      const info = publicKeyInfoOf(map);
      expect(info && toHex(info)).toBe(key.export({ format: 'der', type: 'spki' }).toString('hex'));
    }
  });

  it('is refused where the key itself is', () => {
    const [, good] = ec('prime256v1', 1);
    const y = good.get(CoseLabel.Y);
    if (!(y instanceof Uint8Array)) throw new Error('No coordinate');
    const coordinates: [number, CborValue][] = [
      [CoseLabel.Y, y.with(31, (y[31] ?? 0) ^ 1)], // beside the curve
      [CoseLabel.X, new Uint8Array(32).fill(0xff)], // beyond the field
      [CoseLabel.X, new Uint8Array(31)],
      [CoseLabel.X, new Uint8Array()],
      [CoseLabel.X, 'text'],
    ];
    const zero = new Uint8Array(32);
    const bad = [
      ...coordinates.map((change) => new Map([...good, change])),
      new Map([...good, [CoseLabel.X, zero], [CoseLabel.Y, zero]] as [CborKey, CborValue][]), // no point at infinity
      new Map([...good].filter(([label]) => label !== CoseLabel.Y)),
    ];
    for (const key of bad) {
      expect(() => publicKeyInfoOf(key)).toThrow(RangeError);
      expect(() => publicKeyOf(key)).toThrow(RangeError);
    }
  });

  it('is not there for kinds of keys that we do not know', () => {
    expect(publicKeyInfoOf(cose([1, 99]))).toBeUndefined();
    expect(publicKeyInfoOf(cose([1, 2], [-1, 8]))).toBeUndefined();
  });
});
