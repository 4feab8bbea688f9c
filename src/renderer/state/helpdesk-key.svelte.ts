import type { PreparedKey } from '../../shared/helpdesk.js';
import type { CeremonyId } from '../../shared/ceremony.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Confirm, Confirmation } from './helpdesk-confirmation.svelte.js';

/** What is done to a key before it is handed out. */
export type KeyTask = 'erase' | 'prepare';

/** Work on a key itself: the operator's own key is touched first, then it is the turn of the other one. */
export class KeyWork {
  readonly confirmation: Confirmation;
  /** On the key that is erased, or prepared. */
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  #busy = $state<KeyTask>();
  #erased = $state<KeyId>();
  #prepared = $state.raw<{ readonly keyId: KeyId; readonly key: PreparedKey }>();
  #failed = $state.raw<{ readonly task: KeyTask; readonly failure: Failure }>();

  constructor(bridge: Bridge, confirmation: Confirmation) {
    this.#bridge = bridge;
    this.confirmation = confirmation;
    this.ceremony = new Ceremony(bridge);
  }

  /** The key that was erased last. */
  get erased(): KeyId | undefined {
    return this.#erased;
  }

  /** What a key says of itself since it was prepared; undefined unless that was the last thing that was done. */
  prepared(keyId: KeyId): PreparedKey | undefined {
    return this.#prepared?.keyId === keyId ? this.#prepared.key : undefined;
  }

  get busy(): KeyTask | undefined {
    return this.#busy;
  }

  /** Why this came to nothing the last time. */
  failure(task: KeyTask): Failure | undefined {
    return this.#failed?.task === task ? this.#failed.failure : undefined;
  }

  /** Resolves with the key as it is called now; undefined when it was not erased. */
  async erase({ id: keyId, product }: KeySummary): Promise<KeyId | undefined> {
    const answer = await this.#run('erase', `erase ${product}`, (ids) =>
      this.#bridge.request('helpdesk.resetKey', { ...ids, keyId }),
    );
    if (answer.ok) this.#erased = answer.value.keyId;
    return answer.ok ? answer.value.keyId : undefined;
  }

  /**
   * Resolves with what the key says of itself afterwards; undefined when it was not prepared as a whole.
   * @param wishes the shortest PIN in code points, without it as the key has it
   */
  async prepare(
    { id: keyId, product }: KeySummary,
    wishes: { readonly minPinLength?: number; readonly alwaysUv: boolean },
  ): Promise<PreparedKey | undefined> {
    const answer = await this.#run('prepare', `prepare ${product}`, (ids) =>
      this.#bridge.request('helpdesk.prepareKey', { ...ids, keyId, ...wishes }),
    );
    if (answer.ok) this.#prepared = { keyId, key: answer.value };
    return answer.ok ? answer.value : undefined;
  }

  /** Whoever looks elsewhere gives up what a key is asked for. */
  giveUp(): void {
    this.confirmation.cancel();
    void this.ceremony.cancel();
  }

  async #run<T>(
    task: KeyTask,
    what: string,
    request: (ids: { readonly confirm: Confirm; readonly ceremonyId: CeremonyId }) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    this.#busy = task;
    this.#failed = undefined;
    this.#prepared = undefined;
    const answer = await this.confirmation.ask({ place: task, by: 'operator', what }, (confirm) =>
      this.ceremony.run((ceremonyId) => request({ confirm, ceremonyId })),
    );
    this.#busy = undefined;
    if (!answer.ok) this.#failed = { task, failure: answer.error };
    return answer;
  }
}
