import type { AppClients } from '../app-clients.js';
import type { Notice } from './notice.js';

/** Sessions on behalf of a person, opened by the helpdesk: what the three challenge triggers need. */
export interface OnBehalf {
  readonly clients: AppClients;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 32 random bytes in base64url. */
  readonly newNonce: () => string;
  /** Whether the MAC is that of the message under the helpdesk's key (HMAC_256). */
  readonly verifyMac: (message: Uint8Array, mac: Uint8Array, signal: AbortSignal) => Promise<boolean>;
  /**
   * Marks a nonce as used; true for the first who does, and never again. `expiresAt`: seconds since the epoch, after which
   * it may be forgotten, since the challenge is over by then.
   */
  readonly useOnce: (nonce: string, expiresAt: number, signal: AbortSignal) => Promise<boolean>;
  /** Tells the person by mail that their account is opened; resolves once the mail is on its way. */
  readonly notify: (notice: Notice, signal: AbortSignal) => Promise<void>;
}

/** The one challenge of this kind of sign-in, in Cognito's records of the rounds played. */
export const CHALLENGE_METADATA = 'keydesk-on-behalf';

export const CUSTOM_CHALLENGE = 'CUSTOM_CHALLENGE';
