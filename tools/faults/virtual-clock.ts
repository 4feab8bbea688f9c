/** What stands in for a timer's handle: Node's has more to it, of which the programs under test use nothing. */
interface Timer {
  at: number;
  order: number;
  readonly act: () => void;
  readonly everyMs: number | undefined;
}

/** Node's own, for what must not wait for the virtual one. */
const nodesImmediate = setImmediate;

export type Settled<T> = { readonly value: T } | { readonly error: unknown } | 'hang';

/**
 * Time that passes only when nothing else can happen: thousands of waits for seconds take no time at all, and a wait that
 * has no end is seen as one. While installed it takes the place of Node's timers and of `performance.now`.
 */
export class VirtualClock {
  readonly #timers = new Set<Timer>();
  #now = 0;
  #order = 0;

  /** Milliseconds that have passed. */
  get now(): number {
    return this.#now;
  }

  /** Timers that are still to go off. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Returns how to put Node's own clock back. */
  install(): () => void {
    const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = globalThis;
    const stop = (timer: unknown) => void this.#timers.delete(timer as Timer);
    Object.assign(globalThis, {
      setTimeout: (act: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
        this.#start(
          () => {
            act(...given);
          },
          Math.max(1, ms),
        ),
      setInterval: (act: () => void, ms: number) => this.#start(act, ms, ms),
      setImmediate: (act: () => void) => this.#start(act, 0),
      clearTimeout: stop,
      clearInterval: stop,
      clearImmediate: stop,
    });
    Object.defineProperty(performance, 'now', { value: () => this.#now, configurable: true });
    return () => {
      Object.assign(globalThis, {
        setTimeout,
        clearTimeout,
        setInterval,
        clearInterval,
        setImmediate,
        clearImmediate,
      });
      Reflect.deleteProperty(performance, 'now');
    };
  }

  /** Lets time pass until `promise` has settled; `hang` when it has not after `limitMs`, or when nothing is left that could happen. */
  async settle<T>(promise: Promise<T>, limitMs: number): Promise<Settled<T>> {
    let settled: Settled<T> | undefined;
    promise.then(
      (value) => {
        settled = { value };
      },
      (error: unknown) => {
        settled = { error };
      },
    );
    const limit = this.#now + limitMs;
    for (;;) {
      await quiet();
      if (settled) return settled;
      if (!this.#next(limit)) return 'hang';
    }
  }

  /** Lets `ms` pass, with everything that happens meanwhile. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    do await quiet();
    while (this.#next(until));
    this.#now = until;
  }

  #start(act: () => void, ms: number, everyMs?: number): Timer {
    const timer = { at: this.#now + ms, order: this.#order++, act, everyMs };
    this.#timers.add(timer);
    return timer;
  }

  /** Lets the timer go off that is next, unless that is later than `limit`. Returns whether there was one. */
  #next(limit: number): boolean {
    const [first, ...others] = this.#timers;
    if (!first) return false;
    const next = others.reduce((least, timer) => (isBefore(timer, least) ? timer : least), first);
    if (next.at > limit) return false;
    this.#now = next.at;
    if (next.everyMs === undefined) this.#timers.delete(next);
    else Object.assign(next, { at: this.#now + next.everyMs, order: this.#order++ });
    next.act();
    return true;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}

/** Resolves once all that follows from what has happened has happened: the queue of promises is empty by then. */
function quiet(): Promise<void> {
  return new Promise((resolve) => nodesImmediate(resolve));
}
