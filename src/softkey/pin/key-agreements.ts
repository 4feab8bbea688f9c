import type { CborMap } from '../../ctap/codec/cbor.js';
import { isSamePublicKey, KeyAgreement } from '../../ctap/pin/key-agreement.js';
import type { PinProtocol } from '../../ctap/pin/protocol.js';

/** A key pair of the authenticator, and what was agreed with it last. */
interface Kept {
  readonly ours: KeyAgreement;
  last: { readonly peer: CborMap; readonly secret: Uint8Array } | undefined;
}

/** The authenticator's key agreement keys, one for each protocol, made when first needed. */
export class KeyAgreements {
  readonly #kept = new Map<PinProtocol, Kept>();

  of(protocol: PinProtocol): KeyAgreement {
    return this.#of(protocol).ours;
  }

  /**
   * The secret shared with the owner of `peer`, not to be changed. The last one is remembered, since platforms send one
   * key with several commands; it is forgotten with our key pair, from which it could be computed as well.
   * @throws RangeError as `KeyAgreement.agree`
   */
  agree(protocol: PinProtocol, peer: CborMap): Uint8Array {
    const kept = this.#of(protocol);
    if (!kept.last || !isSamePublicKey(kept.last.peer, peer))
      kept.last = { peer, secret: kept.ours.agree(protocol, peer) };
    return kept.last.secret;
  }

  /** A new key pair next time: whoever was in the middle of something has to start again. */
  regenerate(protocol: PinProtocol): void {
    this.#kept.delete(protocol);
  }

  clear(): void {
    this.#kept.clear();
  }

  #of(protocol: PinProtocol): Kept {
    const kept = this.#kept.get(protocol) ?? { ours: new KeyAgreement(), last: undefined };
    this.#kept.set(protocol, kept);
    return kept;
  }
}
