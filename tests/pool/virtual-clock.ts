/** A clock that only tests move, with its timers. */
export class VirtualClock {
  #time: number;
  #timers: { at: number; act: () => void }[] = [];
  #waiting: (() => void)[] = [];

  constructor(time: number) {
    this.#time = time;
  }

  readonly now = (): number => this.#time;

  readonly after = (milliseconds: number, act: () => void): (() => void) => {
    const timer = { at: this.#time + milliseconds, act };
    this.#timers.push(timer);
    for (const tell of this.#waiting.splice(0)) tell();
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  };

  /** How many timers run. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Resolves when the next timer is set. */
  timerSet(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pass(milliseconds: number): void {
    this.#time += milliseconds;
    const due = this.#timers.filter(({ at }) => at <= this.#time);
    this.#timers = this.#timers.filter(({ at }) => at > this.#time);
    for (const { act } of due) act();
  }
}
