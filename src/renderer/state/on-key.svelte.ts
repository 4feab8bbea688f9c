import type { StoredPasskey, StoredPasskeys } from '../../shared/on-key.js';
import type { Failure } from '../../shared/result.js';
import type { KeyVisit } from './key-visit.svelte.js';

type RelyingParty = StoredPasskeys['relyingParties'][number];

/** A passkey on a key, with the relying party that it is for. */
export interface PasskeyOnKey extends StoredPasskey {
  readonly rpId: string;
  readonly rpIdHash: string;
}

/** The passkeys that are on a key: nobody knows before its PIN is entered. */
export class OnKey {
  readonly #visit: KeyVisit;
  #read = $state.raw<StoredPasskeys>();
  #failure = $state.raw<Failure>();
  #search = $state('');
  readonly #found = $derived(this.#read ? matching(this.#read.relyingParties, this.#search) : []);

  constructor(visit: KeyVisit) {
    this.#visit = visit;
  }

  /** Undefined until they were read. */
  get read(): StoredPasskeys | undefined {
    return this.#read;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  get search(): string {
    return this.#search;
  }

  set search(text: string) {
    this.#search = text;
  }

  /** Those that the search is about, by relying party; all of them while nothing is searched for. */
  get found(): readonly RelyingParty[] {
    return this.#found;
  }

  /** @param remember whether main is to list them without the PIN from now on */
  async load(remember = false): Promise<void> {
    const answer = await this.#visit.run('Read the passkeys', (ids) =>
      this.#visit.bridge.request('onKey.list', { ...ids, remember }),
    );
    this.#failure = answer.ok ? undefined : answer.error;
    if (answer.ok) this.#read = answer.value;
  }

  /** What was read is no longer true: the key was pulled out or reset. */
  forget(): void {
    this.#read = undefined;
    this.#failure = undefined;
    this.#search = '';
  }

  /** Changes its names, and reads the list anew. */
  async rename(passkey: PasskeyOnKey, userName: string, displayName: string): Promise<Failure | undefined> {
    const { rpIdHash, credentialId } = passkey;
    const answer = await this.#visit.run('Rename a passkey', (ids) =>
      this.#visit.bridge.request('onKey.rename', { ...ids, rpIdHash, credentialId, userName, displayName }),
    );
    if (!answer.ok) return answer.error;
    await this.load();
    return undefined;
  }

  /** From now on the PIN is asked for again. */
  async askAgain(): Promise<void> {
    const answer = await this.#visit.bridge.request('onKey.forget', { keyId: this.#visit.keyId });
    this.#failure = answer.ok ? undefined : answer.error;
    if (answer.ok && this.#read) this.#read = { ...this.#read, remembered: false };
  }

  /** Takes it off the key, and reads the list anew. */
  async delete({ rpIdHash, credentialId }: PasskeyOnKey): Promise<Failure | undefined> {
    const answer = await this.#visit.run('Delete a passkey', (ids) =>
      this.#visit.bridge.request('onKey.delete', { ...ids, rpIdHash, credentialId }),
    );
    if (!answer.ok) return answer.error;
    await this.load();
    return undefined;
  }
}

function matching(groups: readonly RelyingParty[], search: string): readonly RelyingParty[] {
  const text = search.trim().toLowerCase();
  const holds = (field: string) => field.toLowerCase().includes(text);
  return groups.flatMap((group) => {
    const passkeys = holds(group.rpId)
      ? group.passkeys
      : group.passkeys.filter(({ userName, displayName }) => holds(userName) || holds(displayName));
    return passkeys.length > 0 ? [{ ...group, passkeys }] : [];
  });
}
