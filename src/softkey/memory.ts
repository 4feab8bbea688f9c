import { randomBytes } from 'node:crypto';

import type { CredentialStore } from './store/credential-store.js';
import { blankState, type KeyState } from './store/key-state.js';

/** The key's persistent state: what is in force is always what the store has kept. */
export class Memory {
  readonly #store: CredentialStore;
  #state: KeyState;

  constructor(store: CredentialStore) {
    this.#store = store;
    this.#state = store.initial ?? blankState(Uint8Array.from(randomBytes(32)));
  }

  get state(): KeyState {
    return this.#state;
  }

  /** Changes members; resolves once they are kept. Rejects, and changes nothing, when the store could not keep them. */
  async update(change: Partial<KeyState>): Promise<void> {
    const counted = change.credentials && { credentialChanges: this.#state.credentialChanges + 1 };
    const next = { ...this.#state, ...counted, ...change };
    await this.#store.save(next);
    this.#state = next;
  }

  /** Forgets everything but which key it is, the master secret included (CTAP 2.2 §6.6). */
  async erase(): Promise<void> {
    await this.update(blankState(Uint8Array.from(randomBytes(32)), this.#state.deviceSecret));
  }
}
