import type { PinUvAuthToken } from '../pin/token.js';
import type { VerificationSession } from './ceremony-context.js';

/** A token that was taken ahead, for one request at one relying party. It is zeroed when that has it, and when it ends. */
export class HeldToken implements VerificationSession {
  readonly #rpId: string;
  #token: PinUvAuthToken | undefined;

  /** @param token belongs to this from now on */
  constructor(token: PinUvAuthToken, rpId: string) {
    this.#token = token;
    this.#rpId = rpId;
  }

  /** Given once: whoever gets it zeroes it. */
  token(rpId: string | undefined): PinUvAuthToken | undefined {
    if (rpId !== this.#rpId) return undefined;
    const token = this.#token;
    this.#token = undefined;
    return token;
  }

  /** Keeps nothing: a token for which the person has been asked anew serves the request that wanted it. */
  keep(): void {
    this.drop();
  }

  drop(): void {
    this.#token?.bytes.fill(0);
    this.#token = undefined;
  }
}
