import type { Transport } from '../transport.js';
import type { PinUvAuthToken } from './token.js';

/** How long a kept token may lie unused: as long as one of CTAP 2.1 waits for its first use over USB (CTAP 2.2 §6.5.2.1). */
const IDLE_MS = 30_000;

/**
 * A stretch of work at one relying party for which the person enters the PIN once, where the key can do that: the token
 * of CTAP 2.0 is good until the key loses power, so the first one is kept, in memory only, and serves again. A key of
 * CTAP 2.1 takes a token's permissions away after one use: there each request asks for the PIN as it always does.
 *
 * The caller decides that there is a session and when it ends; the person still touches the key for each request. The
 * token is dropped, and zeroed, when the session ends, the key is closed, a PIN is set or changed, any PIN command
 * fails, somebody else was heard on the cable, the channel was opened anew, the key refused the token, or nothing has
 * happened for half a minute.
 */
export class PinSession {
  readonly #rpId: string;
  readonly #transport: Pick<Transport, 'epoch'>;
  #token: PinUvAuthToken | undefined;
  #epoch = 0;
  #idle: NodeJS.Timeout | undefined;
  #ended = false;

  /** Made by `ClientPin.openSession`, which drops the token when it learns that it is worthless. */
  constructor(rpId: string, transport: Pick<Transport, 'epoch'>) {
    this.#rpId = rpId;
    this.#transport = transport;
  }

  /** A copy of the kept token, for the caller to zero; undefined when the person has to be asked. */
  token(rpId: string | undefined): PinUvAuthToken | undefined {
    if (this.#epoch !== this.#transport.epoch) this.drop();
    if (!this.#token || rpId !== this.#rpId) return undefined;
    this.#idle?.refresh();
    return { ...this.#token, bytes: this.#token.bytes.slice() };
  }

  /** Keeps a copy of a token that the person has just given the PIN for, if it is of the kind that serves again. */
  keep(token: PinUvAuthToken, rpId: string | undefined): void {
    this.drop();
    if (this.#ended || token.permissions !== undefined || rpId !== this.#rpId) return;
    this.#token = { ...token, bytes: token.bytes.slice() };
    this.#epoch = this.#transport.epoch;
    this.#idle = setTimeout(() => {
      this.drop();
    }, IDLE_MS).unref();
  }

  /** Forgets the token; the session goes on, and the next request asks for the PIN. */
  drop(): void {
    clearTimeout(this.#idle);
    this.#token?.bytes.fill(0);
    this.#token = undefined;
  }

  /** Forgets the token and keeps none from now on. */
  end(): void {
    this.#ended = true;
    this.drop();
  }
}
