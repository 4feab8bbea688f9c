import type { KeyState } from './key-state.js';

/** Where a key keeps what it must not forget. */
export interface CredentialStore {
  /** What was kept when the store was opened, undefined when it was new. */
  readonly initial: KeyState | undefined;
  /**
   * Keeps all of `state`. When this rejects, or the process dies at any moment, what was kept before is still there.
   * Calls come one after the other.
   */
  save(state: KeyState): Promise<void>;
}

/** Keeps the state for as long as the object lives. */
export class MemoryStore implements CredentialStore {
  #state: KeyState | undefined;

  /** What was saved last: a second key made on the same store takes up where the first one stopped. */
  get initial(): KeyState | undefined {
    return this.#state;
  }

  save(state: KeyState): Promise<void> {
    this.#state = state;
    return Promise.resolve();
  }
}
