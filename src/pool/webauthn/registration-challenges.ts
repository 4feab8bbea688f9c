import { randomBytes } from 'node:crypto';

import { Lifetime } from '../config.js';

/** Whose access token asked for the challenge. */
export interface Enrolling {
  readonly sub: string;
  readonly clientId: string;
}

/** The challenges of StartWebAuthnRegistration that wait for their CompleteWebAuthnRegistration. */
export class RegistrationChallenges {
  readonly #waiting = new Map<string, Enrolling & { readonly expiresAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new challenge: 16 random bytes, base64url, as the service sends. */
  issue({ sub, clientId }: Enrolling): string {
    const now = this.#now();
    for (const [challenge, { expiresAt }] of this.#waiting) {
      if (now < expiresAt) break; // in order of issue, hence of expiry
      this.#waiting.delete(challenge);
    }
    const challenge = randomBytes(16).toString('base64url');
    this.#waiting.set(challenge, { sub, clientId, expiresAt: now + Lifetime.registrationChallenge });
    return challenge;
  }

  /** The client that the user's challenge was issued to; undefined when unknown, another user's, expired or used. */
  clientOf(challenge: string, sub: string): string | undefined {
    const waiting = this.#waiting.get(challenge);
    if (waiting?.sub !== sub || this.#now() >= waiting.expiresAt) return undefined;
    return waiting.clientId;
  }

  spend(challenge: string): void {
    this.#waiting.delete(challenge);
  }
}
