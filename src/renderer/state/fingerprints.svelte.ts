import type { StoredFingerprint, StoredFingerprints } from '../../shared/on-key.js';
import type { Failure, Result } from '../../shared/result.js';
import type { KeyVisit, VisitIds } from './key-visit.svelte.js';

/** The fingerprints on a key: its PIN opens the list. */
export class Fingerprints {
  readonly #visit: KeyVisit;
  #read = $state.raw<StoredFingerprints>();
  #failure = $state.raw<Failure>();

  constructor(visit: KeyVisit) {
    this.#visit = visit;
  }

  /** Undefined until they were read. */
  get read(): StoredFingerprints | undefined {
    return this.#read;
  }

  /** Why they could not be read. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What was read is no longer true: the key was pulled out or reset. */
  forget(): void {
    this.#read = undefined;
    this.#failure = undefined;
  }

  async load(): Promise<void> {
    const answer = await this.#visit.run('Read the fingerprints', (ids) =>
      this.#visit.bridge.request('fingerprints.list', ids),
    );
    this.#failure = answer.ok ? undefined : answer.error;
    if (answer.ok) this.#read = answer.value;
  }

  add(name: string): Promise<Failure | undefined> {
    const named = name === '' ? {} : { name };
    return this.#change('Add a fingerprint', (ids) =>
      this.#visit.bridge.request('fingerprints.add', { ...ids, ...named }),
    );
  }

  rename({ id }: StoredFingerprint, name: string): Promise<Failure | undefined> {
    return this.#change('Rename a fingerprint', (ids) =>
      this.#visit.bridge.request('fingerprints.rename', { ...ids, id, name }),
    );
  }

  delete({ id }: StoredFingerprint): Promise<Failure | undefined> {
    return this.#change('Delete a fingerprint', (ids) =>
      this.#visit.bridge.request('fingerprints.delete', { ...ids, id }),
    );
  }

  /** Does one thing, and reads the list anew. */
  async #change(task: string, ask: (ids: VisitIds) => Promise<Result<unknown>>): Promise<Failure | undefined> {
    const answer = await this.#visit.run(task, ask);
    if (!answer.ok) return answer.error;
    await this.load();
    return undefined;
  }
}
