import { randomBytes } from 'node:crypto';

import { notAuthorized } from './errors.js';
import type { FirstFactor } from './settings.js';
import { usernameKey } from './store.js';

/** What a session waits for, with what it must remember meanwhile. A new challenge starts here. */
export type Step =
  | { readonly name: 'SELECT_CHALLENGE'; readonly offered: readonly FirstFactor[] }
  | { readonly name: 'PASSWORD' }
  | { readonly name: 'WEB_AUTHN'; readonly challenge: string }
  | { readonly name: 'EMAIL_OTP'; readonly seal: string; readonly triesLeft: number }
  | { readonly name: 'NEW_PASSWORD_REQUIRED' }
  /** Not a challenge: what ConfirmSignUp hands out for the first sign-in. */
  | { readonly name: 'SIGN_UP_CONFIRMED' };

/** One sign-in on its way. `sub` is null for a user who does not exist and is only simulated. */
export interface Session {
  readonly username: string;
  readonly sub: string | null;
  readonly clientId: string;
  readonly step: Step;
}

/** How long an ended session is remembered. */
const REMEMBERED_MS = 180_000;

interface Held extends Session {
  readonly expiresAt: number;
  spent: boolean;
}

/**
 * Sessions of the authentication flows: opaque, single use, bound to client, user and challenge. A spent session is
 * remembered until it would have expired, so that a second use gets its own answer.
 */
export class Sessions {
  readonly #held = new Map<string, Held>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Opens a session that is good for `lifetimeMs` and returns its name, 64 characters. */
  open(session: Session, lifetimeMs: number): string {
    this.#forgetExpired();
    const token = randomBytes(48).toString('base64url');
    this.#held.set(token, { ...session, expiresAt: this.#now() + lifetimeMs, spent: false });
    return token;
  }

  /**
   * Spends a session: of two calls with the same one, one gets it. Throws NotAuthorizedException when it is unknown,
   * used, expired, or of another client, user or challenge.
   */
  take<N extends Step['name']>(
    token: string,
    expected: { clientId: string; username: string; name: N },
  ): Session & { readonly step: Extract<Step, { name: N }> } {
    const held = this.#held.get(token);
    if (!held) throw notAuthorized('Invalid session for the user.');
    if (this.#now() >= held.expiresAt) throw notAuthorized('Invalid session for the user, session is expired.');
    if (held.spent) throw notAuthorized('Invalid session for the user, session can only be used once.');
    const fits = held.clientId === expected.clientId && usernameKey(held.username) === usernameKey(expected.username);
    if (!fits || !isAt(held, expected.name)) throw notAuthorized('Invalid session for the user.');
    held.spent = true;
    return held;
  }

  /**
   * Gives a spent session back, with its old expiry, for an answer that the user may correct: a weak new password,
   * a mistyped code.
   */
  giveBack(token: string, step: Step): void {
    const held = this.#held.get(token);
    if (held) this.#held.set(token, { ...held, step, spent: false });
  }

  #forgetExpired(): void {
    // Kept for a while longer, to be told from unknown ones.
    for (const [token, { expiresAt }] of this.#held)
      if (this.#now() >= expiresAt + REMEMBERED_MS) this.#held.delete(token);
  }
}

function isAt<N extends Step['name']>(
  session: Held,
  name: N,
): session is Held & { readonly step: Extract<Step, { name: N }> } {
  return session.step.name === name;
}
