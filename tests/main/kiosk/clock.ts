import type { After } from '../../../src/main/kiosk/after.js';

/** A clock that moves when the test says so. Timers are called in the order of their times. */
export class Clock {
  now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly act: () => void }>();

  readonly after: After = (milliseconds, act) => {
    const timer = { at: this.now + milliseconds, act };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Lets time pass, and promises settle in between. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.now = next.at;
      next.act();
      await settle();
    }
    this.now = end;
  }

  #next(end: number) {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Everything that waits for nothing but promises has happened. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
