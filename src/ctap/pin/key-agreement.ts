import { createECDH } from 'node:crypto';

import { concat, equal } from '../codec/bytes.js';
import type { CborMap } from '../codec/cbor.js';
import { CoseAlgorithm, CoseCurve, CoseKeyType, CoseLabel } from '../codec/cose.js';
import type { PinProtocol } from './protocol.js';

/** One end's ephemeral P-256 key of the PIN/UV auth protocols (CTAP 2.2 §6.5.6). Platform and authenticator each make one. */
export class KeyAgreement {
  readonly #ecdh = createECDH('prime256v1');
  readonly #publicKey: CborMap;

  constructor() {
    const point = this.#ecdh.generateKeys(); // 0x04, x, y
    this.#publicKey = new Map<number, number | Uint8Array>([
      [CoseLabel.KTY, CoseKeyType.EC2],
      [CoseLabel.ALG, CoseAlgorithm.ECDH_ES_HKDF_256],
      [CoseLabel.CRV, CoseCurve.P256],
      [CoseLabel.X, Uint8Array.from(point.subarray(1, 33))],
      [CoseLabel.Y, Uint8Array.from(point.subarray(33))],
    ]);
  }

  /** The COSE_Key to send to the other end. */
  publicKey(): CborMap {
    return this.#publicKey;
  }

  /**
   * The secret shared with the owner of `peer`.
   * @throws RangeError when `peer` is no P-256 key or its point is not on the curve
   */
  agree(protocol: PinProtocol, peer: CborMap): Uint8Array {
    const x = peer.get(CoseLabel.X);
    const y = peer.get(CoseLabel.Y);
    const isP256 = peer.get(CoseLabel.KTY) === CoseKeyType.EC2 && peer.get(CoseLabel.CRV) === CoseCurve.P256;
    if (!isP256 || !(x instanceof Uint8Array) || !(y instanceof Uint8Array) || x.length !== 32 || y.length !== 32) {
      throw new RangeError('Not a P-256 key');
    }
    const shared = this.#sharedPoint(concat(Uint8Array.of(0x04), x, y));
    try {
      return protocol.sharedSecret(shared);
    } finally {
      shared.fill(0);
    }
  }

  #sharedPoint(peer: Uint8Array): Uint8Array {
    try {
      return this.#ecdh.computeSecret(peer);
    } catch (error) {
      throw new RangeError('The point is not on the curve P-256', { cause: error });
    }
  }
}

/** Whether two COSE_Keys are the same one, in all that an agreement looks at. */
export function isSamePublicKey(one: CborMap, other: CborMap): boolean {
  return [CoseLabel.KTY, CoseLabel.CRV, CoseLabel.X, CoseLabel.Y].every((label) => {
    const [a, b] = [one.get(label), other.get(label)];
    return a instanceof Uint8Array && b instanceof Uint8Array ? equal(a, b) : a === b;
  });
}
