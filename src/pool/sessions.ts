import { randomBytes } from 'node:crypto';

import { notAuthorized } from './errors.js';
import type { FirstFactor } from './settings.js';
import type { SrpExchange } from './srp/exchange.js';
import type { MfaMethod } from './state.js';
import { usernameKey } from './store.js';

/** The first factors as challenges: a password has two. */
export type FirstChallenge = FirstFactor | 'PASSWORD_SRP';

/** The challenges that ask for a code the pool has sent. */
export type CodeChallenge = 'EMAIL_OTP' | 'SMS_OTP' | 'SMS_MFA';

interface CodeStep<N extends CodeChallenge> {
  readonly name: N;
  readonly seal: string;
  readonly triesLeft: number;
}

/** What a session waits for, with what it must remember meanwhile. A new challenge starts here. */
export type Step =
  | { readonly name: 'SELECT_CHALLENGE'; readonly offered: readonly FirstChallenge[] }
  | { readonly name: 'PASSWORD' }
  | { readonly name: 'PASSWORD_SRP' }
  | { readonly name: 'PASSWORD_VERIFIER'; readonly exchange: SrpExchange }
  | { readonly name: 'WEB_AUTHN'; readonly challenge: string }
  | CodeStep<'EMAIL_OTP'>
  | CodeStep<'SMS_OTP'>
  | CodeStep<'SMS_MFA'>
  | { readonly name: 'SELECT_MFA_TYPE'; readonly offered: readonly MfaMethod[] }
  | { readonly name: 'SOFTWARE_TOKEN_MFA'; readonly triesLeft: number }
  /** `secret` is that of an app that was associated, `verified` whether it has shown a code. */
  | { readonly name: 'MFA_SETUP'; readonly secret: string | null; readonly verified: boolean }
  | { readonly name: 'NEW_PASSWORD_REQUIRED' }
  | {
      readonly name: 'CUSTOM_CHALLENGE';
      readonly privateParameters: Readonly<Record<string, string>>;
      readonly metadata: string | null;
    }
  /** Not a challenge: what ConfirmSignUp hands out for the first sign-in. */
  | { readonly name: 'SIGN_UP_CONFIRMED' };

/** How a sign-in was begun. */
export type Flow = 'USER_AUTH' | 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH' | 'ADMIN_USER_PASSWORD_AUTH' | 'CUSTOM_AUTH';

/** A proof that was given, by its name in `amr`. */
export type Proof = 'pwd' | 'otp' | 'sms' | 'email_otp' | 'swk' | 'hwk' | 'mfa';

/** One round of CUSTOM_AUTH, as the triggers see it. */
export interface ChallengeResult {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata?: string;
}

/** One sign-in on its way. */
export interface SignIn {
  readonly username: string;
  readonly clientId: string;
  readonly flow: Flow;
  readonly proofs: readonly Proof[];
  /** CUSTOM_AUTH: what has happened so far. */
  readonly rounds: readonly ChallengeResult[];
  /** The level of authentication that a step-up is to reach. */
  readonly target?: number | undefined;
}

/** A sign-in that waits for an answer. `sub` is null for a user who does not exist and is only simulated. */
export interface Session extends SignIn {
  readonly sub: string | null;
  readonly step: Step;
}

export type StepNamed<N extends Step['name']> = Extract<Step, { name: N }>;

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
   * used, expired, or of another challenge, client or user.
   *
   * @param expected whose it must be, where the caller says who that is
   */
  take<N extends Step['name']>(
    token: string,
    name: N,
    expected?: { clientId: string; username: string },
  ): Session & { readonly step: StepNamed<N> } {
    const held = this.#held.get(token);
    if (!held) throw notAuthorized('Invalid session for the user.');
    if (this.#now() >= held.expiresAt) throw notAuthorized('Invalid session for the user, session is expired.');
    if (held.spent) throw notAuthorized('Invalid session for the user, session can only be used once.');
    const fits =
      !expected ||
      (held.clientId === expected.clientId && usernameKey(held.username) === usernameKey(expected.username));
    if (!fits || !isAt(held, name)) throw notAuthorized('Invalid session for the user.');
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

function isAt<N extends Step['name']>(session: Held, name: N): session is Held & { readonly step: StepNamed<N> } {
  return session.step.name === name;
}
