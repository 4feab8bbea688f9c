import type { CeremonyId } from '../../shared/ceremony.js';
import type { KeyId } from '../../shared/keys.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { Ceremony } from './ceremony.svelte.js';

/** What every request of a key page begins with. */
export interface VisitIds {
  readonly ceremonyId: CeremonyId;
  readonly keyId: KeyId;
}

/** A person at the page of one key, who does one thing after the other. Main asks for the PIN once and keeps what it is changed for. */
export class KeyVisit {
  readonly bridge: Bridge;
  readonly keyId: KeyId;
  readonly ceremony: Ceremony;
  #task = $state<string>();

  constructor(bridge: Bridge, keyId: KeyId) {
    this.bridge = bridge;
    this.keyId = keyId;
    this.ceremony = new Ceremony(bridge);
  }

  /** What is being done, in words for the person; undefined while nothing is. */
  get task(): string | undefined {
    return this.#task;
  }

  /** Does one thing with the key. While another is under way nothing happens, and that is the answer. */
  async run<T>(task: string, ask: (ids: VisitIds) => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#task !== undefined) return { ok: false, error: { code: 'ceremony/busy' } };
    this.#task = task;
    try {
      return await this.ceremony.run((ceremonyId) => ask({ ceremonyId, keyId: this.keyId }));
    } finally {
      this.#task = undefined;
    }
  }

  /** The key shows itself. Resolves with whether it can, or with what failed. */
  wink(): Promise<Result<boolean>> {
    return this.bridge.request('keys.wink', { keyId: this.keyId });
  }

  async setPin(pin: string): Promise<Failure | undefined> {
    const answer = await this.bridge.request('keys.setPin', { keyId: this.keyId, pin });
    return answer.ok ? undefined : answer.error;
  }

  async changePin(current: string, next: string, spendLastTries: boolean): Promise<Failure | undefined> {
    const answer = await this.bridge.request('keys.changePin', { keyId: this.keyId, current, next, spendLastTries });
    return answer.ok ? undefined : answer.error;
  }

  /** The page is left: what is under way is given up, and main forgets what the PIN was changed for. */
  async leave(): Promise<void> {
    await this.ceremony.cancel();
    // A key that is gone has forgotten by itself.
    await this.bridge.request('visit.leave', { keyId: this.keyId });
  }
}
