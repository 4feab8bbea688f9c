import { notAuthorized } from '../errors.js';
import { usernameKey } from '../store.js';

const FREE_TRIES = 5;
const LONGEST_LOCK_MS = 15 * 60_000;

interface Failures {
  count: number;
  lockedUntil: number;
  lastAt: number;
}

/**
 * Failed passwords by username, whether that user exists or not. From the fifth failure the name is locked for
 * 2^(n-5) seconds, at most 15 minutes; tries while locked do not count; 15 quiet minutes, or a success, forget all.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html (lockout behaviour)
 */
export class Attempts {
  readonly #failures = new Map<string, Failures>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws NotAuthorizedException while the name is locked. */
  check(username: string): void {
    this.#forgetQuiet();
    const failures = this.#failures.get(usernameKey(username));
    if (failures && this.#now() < failures.lockedUntil) throw notAuthorized('Password attempts exceeded');
  }

  failed(username: string): void {
    const key = usernameKey(username);
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const lock = count < FREE_TRIES ? 0 : Math.min(1000 * 2 ** (count - FREE_TRIES), LONGEST_LOCK_MS);
    // Set anew, so that the map stays ordered by the last failure.
    this.#failures.delete(key);
    this.#failures.set(key, { count, lockedUntil: this.#now() + lock, lastAt: this.#now() });
  }

  succeeded(username: string): void {
    this.#failures.delete(usernameKey(username));
  }

  #forgetQuiet(): void {
    for (const [key, { lastAt, lockedUntil }] of this.#failures) {
      if (this.#now() - Math.max(lastAt, lockedUntil) < LONGEST_LOCK_MS) return;
      this.#failures.delete(key);
    }
  }
}
