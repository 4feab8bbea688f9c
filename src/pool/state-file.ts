import type { State } from './state.js';
import { saveState } from './state.js';
import type { Store } from './store.js';

/** Keeps the state file as new as the store. Without a path nothing is kept. */
export class StateFile {
  readonly #path: string | undefined;
  readonly #store: Store;
  readonly #fixed: Omit<State, 'settings' | 'users' | 'grants'>;
  #savedVersion = -1;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string | undefined, store: Store, fixed: Omit<State, 'settings' | 'users' | 'grants'>) {
    this.#path = path;
    this.#store = store;
    this.#fixed = fixed;
  }

  /** Resolves once what the store holds now is on disk; one write serves all who wait for it. Rejects when it fails. */
  save(): Promise<void> {
    const saved = this.#last.then(() => this.#write());
    // A failed write is the caller's to tell; the next one tries again.
    this.#last = saved.catch(() => undefined);
    return saved;
  }

  async #write(): Promise<void> {
    const { version } = this.#store;
    if (this.#path === undefined || version === this.#savedVersion) return;
    await saveState(this.#path, { ...this.#fixed, ...this.#store.content() });
    this.#savedVersion = version;
  }
}
