import type { TouchRequest, UserPresence } from '../user-presence.js';

/** How long after the last question the key goes on blinking, in ms: then nobody is interested any more. */
const PATIENCE_MS = 2000;

/**
 * The button as U2F uses it: a request never waits. It asks whether the key was touched, and is told "not yet" again and
 * again. A touch serves one request.
 */
export class Button {
  readonly #presence: UserPresence;
  #wait: { readonly over: AbortController; isTouched: boolean; timer: NodeJS.Timeout } | undefined;

  constructor(presence: UserPresence) {
    this.#presence = presence;
  }

  /** Whether it was touched since it was asked for the first time; if so, that touch has served. */
  async isTouched(request: TouchRequest): Promise<boolean> {
    this.#wait ??= this.#begin(request);
    const wait = this.#wait;
    clearTimeout(wait.timer);
    // A finger that is there already shows at once.
    await new Promise(setImmediate);
    if (wait.isTouched) this.release();
    else if (this.#wait === wait) wait.timer = this.#patience();
    return wait.isTouched;
  }

  /** Nobody is asked any more. */
  release(): void {
    clearTimeout(this.#wait?.timer);
    this.#wait?.over.abort();
    this.#wait = undefined;
  }

  #begin(request: TouchRequest) {
    const wait = { over: new AbortController(), isTouched: false, timer: this.#patience() };
    void this.#presence.touch(request, wait.over.signal).then(
      (answer) => {
        wait.isTouched = answer === 'touched'; // U2F has no word for "denied": it is not touched
      },
      () => undefined, // let go: how it settles does not matter
    );
    return wait;
  }

  #patience(): NodeJS.Timeout {
    return setTimeout(() => {
      this.release();
    }, PATIENCE_MS);
  }
}
