import { generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { utf8 } from '../../../src/ctap/codec/bytes.js';
import { CoseAlgorithm } from '../../../src/ctap/codec/cose.js';
import { checkSignature } from '../../../src/ctap/codec/cose-signature.js';

const SIGNED = utf8('what was signed');
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('a signature of a FIDO key', () => {
  it.each([
    ['ES256', CoseAlgorithm.ES256, 'sha256', ec('prime256v1')],
    ['ES384', CoseAlgorithm.ES384, 'sha384', ec('secp384r1')],
    ['ES512', CoseAlgorithm.ES512, 'sha512', ec('secp521r1')],
    ['RS256', CoseAlgorithm.RS256, 'sha256', rsa],
    ['EdDSA', CoseAlgorithm.EDDSA, null, generateKeyPairSync('ed25519')],
  ])('by %s is right for what was signed, and wrong for anything else', (_name, algorithm, hash, pair) => {
    const { publicKey: key, privateKey } = pair;
    const signature = sign(hash, SIGNED, privateKey);
    expect(checkSignature({ algorithm, signed: SIGNED, key, signature })).toBe('right');
    expect(checkSignature({ algorithm, signed: utf8('another'), key, signature })).toBe('wrong');
    expect(checkSignature({ algorithm, signed: SIGNED, key, signature: signature.subarray(1) })).toBe('wrong');
  });

  it('is not looked at by an algorithm that we do not know, or that the key is not for', () => {
    const { publicKey: key } = rsa;
    const signature = new Uint8Array(256);
    expect(checkSignature({ algorithm: -37, signed: SIGNED, key, signature })).toBe('unknown-algorithm');
    expect(checkSignature({ algorithm: undefined, signed: SIGNED, key, signature })).toBe('unknown-algorithm');
    expect(checkSignature({ algorithm: CoseAlgorithm.ES256, signed: SIGNED, key, signature })).toBe('unfit-key');
  });
});
