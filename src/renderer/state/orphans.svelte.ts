import type { KeyId } from '../../shared/keys.js';
import type { Orphan } from '../../shared/passkey-records.js';
import type { Failure } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { Ceremony } from './ceremony.svelte.js';

/** Passkeys that were left on a key by an enrolment which did not come to its end. */
export class Orphans {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #rpId: string;
  #enrolled: readonly string[] = [];
  #list = $state.raw<readonly Orphan[]>([]);
  #failure = $state.raw<Failure>();

  constructor(bridge: Bridge, rpId: string) {
    this.ceremony = new Ceremony(bridge);
    this.#bridge = bridge;
    this.#rpId = rpId;
  }

  get list(): readonly Orphan[] {
    return this.#list;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /**
   * Reads the journal. An entry whose passkey the pool has after all is no orphan: the app ended after the pool said
   * yes and before that was noted, so it is noted now. Returns whether that happened.
   * @param credentialIds the passkeys that the pool has of this person now
   */
  async load(credentialIds: readonly string[]): Promise<boolean> {
    this.#enrolled = credentialIds;
    const answer = await this.#bridge.request('orphans.list', undefined);
    this.#failure = answer.ok ? undefined : answer.error;
    if (!answer.ok) return false;
    const enrolled = answer.value.filter(
      ({ credentialId }) => credentialId !== undefined && credentialIds.includes(credentialId),
    );
    this.#list = answer.value.filter((orphan) => orphan.rpId === this.#rpId && !enrolled.includes(orphan));
    for (const { id, keyProduct } of enrolled) {
      const confirmed = await this.#bridge.request('passkeys.confirm', { enrolmentId: id, nickname: keyProduct });
      if (!confirmed.ok) this.#failure = confirmed.error;
    }
    return enrolled.length > 0;
  }

  /** Takes it off the plugged key, and nothing that the pool had when the journal was read last. */
  async remove(orphanId: string, keyId: KeyId): Promise<Failure | undefined> {
    const enrolled = [...this.#enrolled];
    const answer = await this.ceremony.run((ceremonyId) =>
      this.#bridge.request('orphans.remove', { ceremonyId, keyId, orphanId, enrolled }),
    );
    if (!answer.ok) return answer.error;
    this.#drop(orphanId);
    return undefined;
  }

  /** Closes the entry: the person says that the key is gone or was reset. */
  async dismiss(orphanId: string): Promise<void> {
    const answer = await this.#bridge.request('orphans.dismiss', { orphanId });
    this.#failure = answer.ok ? undefined : answer.error;
    if (answer.ok) this.#drop(orphanId);
  }

  #drop(orphanId: string): void {
    this.#list = this.#list.filter(({ id }) => id !== orphanId);
  }
}
