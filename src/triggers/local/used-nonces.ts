import type { OnBehalf } from '../on-behalf/rules.js';

/**
 * Remembers used nonces in memory, for a local pool and tests.
 * @param now milliseconds since the epoch
 */
export class UsedNonces implements Pick<OnBehalf, 'useOnce'> {
  readonly #now: () => number;
  readonly #expiry = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** True for the first call with a nonce. `expiresAt`: seconds since the epoch, after which it may be forgotten. */
  readonly useOnce = (nonce: string, expiresAt: number): Promise<boolean> => {
    for (const [old, end] of this.#expiry) if (end * 1000 <= this.#now()) this.#expiry.delete(old);
    if (this.#expiry.has(nonce)) return Promise.resolve(false);
    this.#expiry.set(nonce, expiresAt);
    return Promise.resolve(true);
  };
}
