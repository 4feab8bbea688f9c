import type { Problem } from '../messages.js';

/** Questions to the pool, one at a time: whether one is under way, and what went wrong with the last. */
export class Asking {
  #abort = new AbortController();
  #busy = $state(false);
  #problem = $state.raw<Problem>();

  /** The pool is being asked. */
  get busy(): boolean {
    return this.#busy;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /**
   * Asks, and hands the answer to `follow`, or what was thrown to `fail`; neither is called once the question is given up.
   * Resolves when that is done.
   */
  async ask<T>(
    work: (signal: AbortSignal) => Promise<T>,
    follow: (answer: T) => void | Promise<void>,
    fail: (error: unknown) => void | Promise<void>,
  ): Promise<void> {
    this.stop();
    const { signal } = this.#abort;
    this.#busy = true;
    let then: () => void | Promise<void>;
    try {
      const answer = await work(signal);
      then = () => follow(answer);
    } catch (error) {
      then = () => fail(error);
    }
    if (signal.aborted) return;
    this.#busy = false;
    await then();
  }

  /** Gives up what is under way, and what was wrong. */
  stop(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#busy = false;
    this.#problem = undefined;
  }

  tell(problem: Problem | undefined): void {
    this.#problem = problem;
  }
}
