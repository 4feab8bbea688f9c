import { createPublicKey, ECDH, type JsonWebKey, type KeyObject } from 'node:crypto';

import { concat, fromHex, toBase64url } from './bytes.js';
import type { CborMap } from './cbor.js';

/** COSE algorithm identifiers (IANA COSE registry) that FIDO keys use. */
export const CoseAlgorithm = {
  ES256: -7,
  EDDSA: -8,
  ECDH_ES_HKDF_256: -25,
  ES384: -35,
  ES512: -36,
  RS256: -257,
} as const;

/** Labels of COSE_Key maps (RFC 9052 §7.1, RFC 9053 §7, RFC 8230 §4). RSA uses −1 and −2 for n and e. */
export const CoseLabel = { KTY: 1, ALG: 3, CRV: -1, X: -2, Y: -3, RSA_N: -1, RSA_E: -2 } as const;
export const CoseKeyType = { OKP: 1, EC2: 2, RSA: 3 } as const;
export const CoseCurve = { P256: 1, P384: 2, P521: 3, ED25519: 6 } as const;

const EC_CURVES = new Map<unknown, string>([
  [CoseCurve.P256, 'P-256'],
  [CoseCurve.P384, 'P-384'],
  [CoseCurve.P521, 'P-521'],
]);

/**
 * The public key in a COSE_Key map, checked by OpenSSL (a point that is not on its curve is refused).
 * @returns undefined for a key type or curve that we do not know
 * @throws RangeError when members are missing or the key is not valid
 */
export function publicKeyOf(cose: CborMap): KeyObject | undefined {
  const jwk = jwkOf(cose);
  if (!jwk) return undefined;
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (error) {
    throw new RangeError('Not a valid public key', { cause: error });
  }
}

/** What stands before the point in the SubjectPublicKeyInfo of a P-256 key (RFC 5480 §2), and before x and y in the point. */
const P256_INFO = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200');
const UNCOMPRESSED = Uint8Array.of(0x04);
const P256_COORDINATE = 32;

/**
 * The same key as SubjectPublicKeyInfo in DER, the form in which WebAuthn hands it on, checked just so.
 * @returns undefined for a key type or curve that we do not know
 * @throws RangeError when members are missing or the key is not valid
 */
export function publicKeyInfoOf(cose: CborMap): Uint8Array | undefined {
  const point = p256PointOf(cose);
  if (!point) return publicKeyOf(cose)?.export({ format: 'der', type: 'spki' });
  try {
    // Reading a point, OpenSSL makes sure that it is on the curve, as all points of P-256 that are any use are. A key
    // made of it, which is what nearly every passkey has, would take several times as long.
    ECDH.convertKey(point, 'prime256v1');
  } catch (error) {
    throw new RangeError('Not a valid public key', { cause: error });
  }
  return concat(P256_INFO, point);
}

/** The point of a P-256 key with coordinates of the usual length; undefined for all others. */
function p256PointOf(cose: CborMap): Uint8Array<ArrayBuffer> | undefined {
  if (cose.get(CoseLabel.KTY) !== CoseKeyType.EC2 || cose.get(CoseLabel.CRV) !== CoseCurve.P256) return undefined;
  const x = cose.get(CoseLabel.X);
  const y = cose.get(CoseLabel.Y);
  if (!(x instanceof Uint8Array) || !(y instanceof Uint8Array)) return undefined;
  if (x.length !== P256_COORDINATE || y.length !== P256_COORDINATE) return undefined;
  return concat(UNCOMPRESSED, x, y);
}

function jwkOf(cose: CborMap): JsonWebKey | undefined {
  switch (cose.get(CoseLabel.KTY)) {
    case CoseKeyType.EC2: {
      const crv = EC_CURVES.get(cose.get(CoseLabel.CRV));
      return crv === undefined ? undefined : { kty: 'EC', crv, x: text(cose, CoseLabel.X), y: text(cose, CoseLabel.Y) };
    }
    case CoseKeyType.OKP:
      return cose.get(CoseLabel.CRV) === CoseCurve.ED25519
        ? { kty: 'OKP', crv: 'Ed25519', x: text(cose, CoseLabel.X) }
        : undefined;
    case CoseKeyType.RSA:
      return { kty: 'RSA', n: text(cose, CoseLabel.RSA_N), e: text(cose, CoseLabel.RSA_E) };
    default:
      return undefined;
  }
}

function text(cose: CborMap, label: number): string {
  const value = cose.get(label);
  if (!(value instanceof Uint8Array)) throw new RangeError(`COSE key without bytes at label ${label}`);
  return toBase64url(value);
}
