import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeAuthenticatorData, encodeAuthenticatorData } from '../../../src/ctap/codec/authenticator-data.js';
import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { encode } from '../../../src/ctap/codec/cbor.js';
import { CborError } from '../../../src/ctap/codec/cbor-errors.js';

const RP_ID_HASH = 'a379a6f6eeafb9a55e378c118034e2751e682fab9f2d30ab13d2125586ce1947'; // SHA-256 of example.com
const P256_KEY = 'a5010203262001215820' + '11'.repeat(32) + '225820' + '22'.repeat(32); // COSE_Key as in WebAuthn §6.5.1.1

describe('authenticator data', () => {
  it('of an assertion has 37 bytes (WebAuthn §6.1)', () => {
    const data = decodeAuthenticatorData(fromHex(`${RP_ID_HASH}0500000007`));
    expect({ ...data, rpIdHash: toHex(data.rpIdHash) }).toEqual({ rpIdHash: RP_ID_HASH, flags: 0x05, signCount: 7 });
  });

  it('of a registration holds the model, the credential ID and the key as it came', () => {
    const bytes = fromHex(`${RP_ID_HASH}4500000000${'ab'.repeat(16)}0003010203${P256_KEY}`);
    const { attestedCredential } = decodeAuthenticatorData(bytes);
    expect(toHex(attestedCredential?.aaguid ?? new Uint8Array())).toBe('ab'.repeat(16));
    expect(toHex(attestedCredential?.id ?? new Uint8Array())).toBe('010203');
    expect(toHex(attestedCredential?.publicKeyBytes ?? new Uint8Array())).toBe(P256_KEY);
    expect(attestedCredential?.publicKey.get(3)).toBe(-7);
    expect(toHex(encodeAuthenticatorData(decodeAuthenticatorData(bytes)))).toBe(toHex(bytes));
  });

  it('may end in extension outputs', () => {
    const extensions = new Map([['credProtect', 2]]);
    const bytes = fromHex(`${RP_ID_HASH}8500000001${toHex(encode(extensions))}`);
    expect(decodeAuthenticatorData(bytes).extensions).toEqual(extensions);
    expect(toHex(encodeAuthenticatorData(decodeAuthenticatorData(bytes)))).toBe(toHex(bytes));
  });

  it.each([
    ['too short', RP_ID_HASH],
    ['bytes after the end', `${RP_ID_HASH}050000000000`],
    ['AT without a credential', `${RP_ID_HASH}4500000000`],
    ['a credential ID that runs past the end', `${RP_ID_HASH}4500000000${'ab'.repeat(16)}ffff00`],
    ['a key that is no map', `${RP_ID_HASH}4500000000${'ab'.repeat(16)}00010100`],
  ])('is refused: %s', (_, hex) => {
    expect(() => decodeAuthenticatorData(fromHex(hex))).toThrow(RangeError);
  });

  it('any bytes give authenticator data, a RangeError or a CborError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 30, maxLength: 120 }), (bytes) => {
        try {
          decodeAuthenticatorData(bytes);
        } catch (error) {
          expect(error instanceof RangeError || error instanceof CborError).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
