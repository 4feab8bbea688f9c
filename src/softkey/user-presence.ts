import type { CtapCommand } from '../ctap/commands.js';

/** What a touch is wanted for. */
export interface TouchRequest {
  /** The CTAP command that waits: a number of `CtapCommand`. */
  readonly command: CtapCommand;
  /** The RP ID in question, for commands that have one. */
  readonly rpId?: string;
  /** How long the touch must last, in milliseconds; absent: a tap does. */
  readonly heldMs?: number;
}

export type TouchAnswer = 'touched' | 'denied';

/** The button of the key, or the person who presses it. */
export interface UserPresence {
  /**
   * Resolves with the person's answer. When nobody answers it stays pending, until `signal` tells that nobody waits any
   * more (cancelled, timed out, unplugged): then it is to let go of what it holds, and how it settles does not matter.
   */
  touch(request: TouchRequest, signal: AbortSignal): Promise<TouchAnswer>;
}

/** A finger that is always on the button. */
export const autoPresence: UserPresence = { touch: () => Promise.resolve('touched') };

/** Nobody there: every wait ends by cancel or by time. */
export const neverPresence: UserPresence = { touch: () => new Promise(() => undefined) };

/** A person who needs `ms` milliseconds to reach the button. */
export function delayedPresence(ms: number): UserPresence {
  return {
    touch: (_request, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          resolve('touched');
        }, ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
        });
      }),
  };
}

/** A button that somebody else presses: a window, a terminal, a test. */
export class AskPresence implements UserPresence {
  readonly #onChange: (waiting: TouchRequest | undefined) => void;
  #pending: { request: TouchRequest; resolve: (answer: TouchAnswer) => void } | undefined;

  /** @param onChange told what a touch is wanted for, and undefined when none is wanted any more */
  constructor(onChange: (waiting: TouchRequest | undefined) => void = () => undefined) {
    this.#onChange = onChange;
  }

  /** What a touch is wanted for right now. */
  get waiting(): TouchRequest | undefined {
    return this.#pending?.request;
  }

  /**
   * Presses the button: by default for as long as the key wants. Nothing happens while no touch is wanted, for a press is
   * not remembered; nor when it was too short: the key goes on waiting.
   * @param heldMs how long, in milliseconds
   */
  press(heldMs = Infinity): void {
    if (heldMs >= (this.#pending?.request.heldMs ?? 0)) this.#answer('touched');
  }

  /** Refuses what is asked, as a key with a display lets people do. */
  deny(): void {
    this.#answer('denied');
  }

  touch(request: TouchRequest, signal: AbortSignal): Promise<TouchAnswer> {
    return new Promise((resolve) => {
      const pending = { request, resolve };
      this.#pending = pending;
      signal.addEventListener('abort', () => {
        if (this.#pending === pending) this.#end();
      });
      this.#onChange(request);
    });
  }

  #answer(answer: TouchAnswer): void {
    this.#pending?.resolve(answer);
    this.#end();
  }

  #end(): void {
    if (!this.#pending) return;
    this.#pending = undefined;
    this.#onChange(undefined);
  }
}
