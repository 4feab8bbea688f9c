import type { After } from './after.js';
import type { KioskPerson } from './session.js';

export interface Revocation {
  readonly person: KioskPerson;
  /** Asks the pool once. Rejects with what went wrong. */
  readonly send: (signal: AbortSignal) => Promise<void>;
}

export interface RevocationsOptions {
  readonly after: After;
  /** A number from 0 up to 1, for the length of pauses. */
  readonly random: () => number;
  /** Whether asking again later may help. */
  readonly isPassing: (error: unknown) => boolean;
  /** Told when a token could not be revoked and is not asked for any more: it is good until its own end. */
  readonly onLost: (person: KioskPerson, error: unknown) => void;
  /** Told of every other try that failed. */
  readonly onFault: (error: unknown) => void;
}

/** How long the pool may think about one. */
const ATTEMPT_MS = 20_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 300_000;

interface Waiting {
  readonly revocation: Revocation;
  /** Tries it now, where it is waiting to be tried again. */
  hurry: () => void;
}

/**
 * Tokens of people who have left, to be revoked at the pool. The network may be away: it is asked again, less and less often,
 * for as long as the app runs. A token that has come to its end meanwhile is revoked like any other, by the pool's own word.
 */
export class Revocations {
  readonly #options: RevocationsOptions;
  readonly #waiting = new Set<Waiting>();
  #onEmpty: (() => void) | undefined;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** How many are still to be revoked. */
  get size(): number {
    return this.#waiting.size;
  }

  add(revocation: Revocation): void {
    const waiting: Waiting = { revocation, hurry: () => undefined };
    this.#waiting.add(waiting);
    void this.#pursue(waiting);
  }

  /** Tries those that wait at once: the network may be back, or the app is about to end. */
  hurry(): void {
    for (const { hurry } of this.#waiting) hurry();
  }

  /**
   * Resolves when all are revoked or `milliseconds` are over. What is left then is told as lost, with the last thing that
   * went wrong, and not asked for again.
   */
  async close(milliseconds: number): Promise<void> {
    this.hurry();
    if (this.#waiting.size > 0)
      await new Promise<void>((resolve) => {
        const stop = this.#options.after(milliseconds, resolve);
        this.#onEmpty = () => {
          stop();
          resolve();
        };
      });
    for (const waiting of this.#waiting) this.#lose(waiting, new Error('Keydesk ended before the pool could be told'));
  }

  async #pursue(waiting: Waiting): Promise<void> {
    const { isPassing, onFault } = this.#options;
    // Those that are not among the waiting any more were told as lost.
    for (let tries = 1; this.#waiting.has(waiting); tries += 1) {
      try {
        await this.#attempt(waiting.revocation);
        this.#done(waiting);
        return;
      } catch (error) {
        if (!this.#waiting.has(waiting)) return;
        if (!isPassing(error)) {
          this.#lose(waiting, error);
          return;
        }
        onFault(error);
      }
      await this.#pause(waiting, tries);
    }
  }

  /** A pool that never answers has not answered. */
  #attempt({ send }: Revocation): Promise<void> {
    const controller = new AbortController();
    return new Promise((resolve, reject) => {
      const stop = this.#options.after(ATTEMPT_MS, () => {
        const late = new AttemptOver();
        controller.abort(late);
        reject(late);
      });
      send(controller.signal).then(resolve, reject).finally(stop);
    });
  }

  #pause(waiting: Waiting, tries: number): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    return new Promise((resolve) => {
      const stop = this.#options.after(longest * (0.5 + this.#options.random() / 2), resolve);
      waiting.hurry = () => {
        stop();
        waiting.hurry = () => undefined;
        resolve();
      };
    });
  }

  #done(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) this.#onEmpty?.();
  }

  #lose(waiting: Waiting, error: unknown): void {
    this.#options.onLost(waiting.revocation.person, error);
    this.#done(waiting);
  }
}

/** The pool has not answered in time. */
export class AttemptOver extends Error {
  override readonly name = 'AttemptOver';
}
