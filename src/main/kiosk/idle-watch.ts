import type { KioskCountdown } from '../../shared/kiosk.js';
import type { After } from './after.js';

export interface IdleWatchOptions {
  readonly after: After;
  /** Told every second of a countdown, and once with undefined when it is off. */
  readonly onCountdown: (countdown: KioskCountdown | undefined) => void;
  /** The time is over. */
  readonly onEnd: (reason: KioskCountdown['reason']) => void;
}

const SECOND_MS = 1000;

/** Waits, then counts down, then ends. One thing is waited for at a time. */
export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #stop: (() => void) | undefined;
  #counting: KioskCountdown['reason'] | undefined;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
  }

  /** What is being counted down. */
  get counting(): KioskCountdown['reason'] | undefined {
    return this.#counting;
  }

  /** From now on nobody has done anything: silence first, then the last `warnSeconds` aloud. Whatever was counted before is off. */
  idle({ idleSeconds, warnSeconds }: { readonly idleSeconds: number; readonly warnSeconds: number }): void {
    this.off();
    const silent = Math.max(0, idleSeconds - warnSeconds);
    this.#stop = this.#options.after(silent * SECOND_MS, () => {
      this.#count('idle', idleSeconds - silent);
    });
  }

  /** Counts down at once. */
  countDown(reason: KioskCountdown['reason'], seconds: number): void {
    this.off();
    this.#count(reason, seconds);
  }

  off(): void {
    this.#stop?.();
    this.#stop = undefined;
    const wasCounting = this.#counting !== undefined;
    this.#counting = undefined;
    if (wasCounting) this.#options.onCountdown(undefined);
  }

  #count(reason: KioskCountdown['reason'], seconds: number): void {
    this.#counting = reason;
    if (seconds <= 0) {
      this.off();
      this.#options.onEnd(reason);
      return;
    }
    this.#options.onCountdown({ reason, seconds });
    this.#stop = this.#options.after(SECOND_MS, () => {
      this.#count(reason, seconds - 1);
    });
  }
}
