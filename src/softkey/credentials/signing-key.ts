import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

import { concat, fromBase64url, fromHex, toBase64url } from '../../ctap/codec/bytes.js';
import type { CborMap } from '../../ctap/codec/cbor.js';
import { CoseAlgorithm, CoseCurve, CoseKeyType, CoseLabel } from '../../ctap/codec/cose.js';

const RSA_BITS = 2048;
/** What stands before the seed in the PKCS #8 form of an Ed25519 key (RFC 8410 §7). */
const ED25519_PKCS8 = fromHex('302e020100300506032b657004220420');
const CURVE_KEY_LENGTH = 32;

/** The private half of a credential. */
export class SigningKey {
  readonly algorithm: number;
  /** What the key is made again from: 32 bytes on a curve, PKCS #8 for RSA. */
  readonly secret: Uint8Array;
  readonly #key: KeyObject;

  private constructor(algorithm: number, secret: Uint8Array, key: KeyObject) {
    this.algorithm = algorithm;
    this.secret = secret;
    this.#key = key;
  }

  /** A new key. RSA takes from a tenth of a second to several. Rejects with a RangeError for another algorithm. */
  static async generate(algorithm: number): Promise<SigningKey> {
    switch (algorithm) {
      case CoseAlgorithm.ES256: {
        const ecdh = createECDH('prime256v1');
        ecdh.generateKeys();
        // OpenSSL leaves out leading zeros.
        const scalar = new Uint8Array(CURVE_KEY_LENGTH);
        const digits = ecdh.getPrivateKey();
        scalar.set(digits, CURVE_KEY_LENGTH - digits.length);
        return SigningKey.load(algorithm, scalar);
      }
      case CoseAlgorithm.EDDSA:
        return SigningKey.load(algorithm, Uint8Array.from(randomBytes(CURVE_KEY_LENGTH)));
      case CoseAlgorithm.RS256: {
        const privateKey = await generateRsa();
        const secret = Uint8Array.from(privateKey.export({ type: 'pkcs8', format: 'der' }));
        return new SigningKey(algorithm, secret, privateKey);
      }
      default:
        throw new RangeError(`No key for COSE algorithm ${algorithm}`);
    }
  }

  /** The key of a `secret`. Throws a RangeError when it is none, or the algorithm is another. */
  static load(algorithm: number, secret: Uint8Array): SigningKey {
    try {
      return new SigningKey(algorithm, secret, privateKeyOf(algorithm, secret));
    } catch (error) {
      throw new RangeError(`Not a private key for COSE algorithm ${algorithm}`, { cause: error });
    }
  }

  /** Whether secrets of that algorithm are short enough to travel inside a credential ID. */
  static fitsKeyHandle(algorithm: number): boolean {
    return algorithm !== CoseAlgorithm.RS256;
  }

  /** The COSE_Key that relying parties keep. */
  publicKey(): CborMap {
    const jwk = createPublicKey(this.#key).export({ format: 'jwk' });
    return new Map<number, number | Uint8Array>([[CoseLabel.ALG, this.algorithm], ...publicMembers(jwk)]);
  }

  /** The signature in the form that WebAuthn wants (Level 3 §6.5.5): DER for ES256, the plain ones else. */
  sign(data: Uint8Array): Uint8Array<ArrayBuffer> {
    const digest = this.algorithm === CoseAlgorithm.EDDSA ? null : 'sha256';
    return Uint8Array.from(sign(digest, data, this.#key));
  }
}

function generateRsa(): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: RSA_BITS }, (error, _publicKey, privateKey) => {
      if (error) reject(error);
      else resolve(privateKey);
    });
  });
}

function privateKeyOf(algorithm: number, secret: Uint8Array): KeyObject {
  switch (algorithm) {
    case CoseAlgorithm.ES256: {
      if (secret.length !== CURVE_KEY_LENGTH) throw new RangeError('A P-256 key of another length');
      const ecdh = createECDH('prime256v1');
      ecdh.setPrivateKey(secret);
      const point = ecdh.getPublicKey(); // 0x04, x, y
      const jwk = {
        kty: 'EC',
        crv: 'P-256',
        d: toBase64url(secret),
        x: toBase64url(point.subarray(1, 33)),
        y: toBase64url(point.subarray(33)),
      };
      return createPrivateKey({ key: jwk, format: 'jwk' });
    }
    case CoseAlgorithm.EDDSA:
      if (secret.length !== CURVE_KEY_LENGTH) throw new RangeError('An Ed25519 key of another length');
      return pkcs8(concat(ED25519_PKCS8, secret));
    case CoseAlgorithm.RS256: {
      const key = pkcs8(secret);
      if (key.asymmetricKeyType !== 'rsa') throw new RangeError('Not an RSA key');
      return key;
    }
    default:
      throw new RangeError('Not an algorithm of the software key');
  }
}

function pkcs8(der: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}

function publicMembers({ kty, x, y, n, e }: JsonWebKey): [number, number | Uint8Array][] {
  if (kty === 'EC' && x !== undefined && y !== undefined) {
    return [
      [CoseLabel.KTY, CoseKeyType.EC2],
      [CoseLabel.CRV, CoseCurve.P256],
      [CoseLabel.X, fromBase64url(x)],
      [CoseLabel.Y, fromBase64url(y)],
    ];
  }
  if (kty === 'OKP' && x !== undefined) {
    return [
      [CoseLabel.KTY, CoseKeyType.OKP],
      [CoseLabel.CRV, CoseCurve.ED25519],
      [CoseLabel.X, fromBase64url(x)],
    ];
  }
  if (kty === 'RSA' && n !== undefined && e !== undefined) {
    return [
      [CoseLabel.KTY, CoseKeyType.RSA],
      [CoseLabel.RSA_N, fromBase64url(n)],
      [CoseLabel.RSA_E, fromBase64url(e)],
    ];
  }
  throw new RangeError(`A public key of type ${kty ?? 'unknown'}`);
}
