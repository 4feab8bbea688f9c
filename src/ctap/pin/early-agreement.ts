import type { CborMap } from '../codec/cbor.js';
import { isSamePublicKey, KeyAgreement } from './key-agreement.js';
import type { PinProtocol } from './protocol.js';

/**
 * An agreement that is worked out while the authenticator is still being asked for its public key, on the guess that it is
 * the one it had last: it makes a new one only when it gets power, and after a wrong PIN (CTAP 2.2 §6.5.5.4). Our own key
 * is a new one each time. What comes of a wrong guess is zeroed and used for nothing.
 */
export class EarlyAgreement {
  readonly #protocol: PinProtocol;
  readonly #guess: CborMap | undefined;
  #ours: KeyAgreement | undefined;
  #secret: Uint8Array | undefined;

  /** @param guess a public key of the authenticator that was agreed with before */
  constructor(protocol: PinProtocol, guess: CborMap | undefined) {
    this.#protocol = protocol;
    this.#guess = guess;
  }

  /** To be called while there is time. */
  workOut(): void {
    this.#ours ??= new KeyAgreement();
    if (this.#guess) this.#secret ??= this.#ours.agree(this.#protocol, this.#guess);
  }

  /**
   * The secret shared with the owner of `theirs`, which is what the authenticator has answered, and our key for it.
   * @throws RangeError as `KeyAgreement.agree`
   */
  with(theirs: CborMap): { secret: Uint8Array; ours: CborMap } {
    const ours = (this.#ours ??= new KeyAgreement());
    const early = this.#secret;
    if (early && this.#guess && isSamePublicKey(this.#guess, theirs)) return { secret: early, ours: ours.publicKey() };
    this.forget();
    return { secret: ours.agree(this.#protocol, theirs), ours: ours.publicKey() };
  }

  /** Zeroes what was worked out, if it was not used. */
  forget(): void {
    this.#secret?.fill(0);
    this.#secret = undefined;
  }
}
