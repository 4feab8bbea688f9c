import type { CeremonyEvent, CeremonyId } from '../../shared/ceremony.js';
import type { Input } from '../../shared/ipc.js';
import type { Failure, Result } from '../../shared/result.js';
import { type Bridge, newCeremonyId } from '../api.js';

export type Need = CeremonyEvent['need'];
/** The `Need` of one kind. */
export type NeedOf<K extends Need['kind']> = Extract<Need, { kind: K }>;

/** One thing asked of a key that needs a person: what it wants now, and how to answer or give up. */
export class Ceremony {
  readonly #bridge: Bridge;
  #id: CeremonyId | undefined;
  #need = $state.raw<Need>();
  #failure = $state.raw<Failure>();
  #asking = $state(false);

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Undefined while nothing is under way. */
  get need(): Need | undefined {
    return this.#need;
  }

  /** Whether the person has been asked for something since it began: a key that needs nobody is not worth a dialog. */
  get asking(): boolean {
    return this.#asking;
  }

  /** Why the last answer did not reach the ceremony. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** Listens first, then asks; resolves with the answer of the key. */
  async run<T>(ask: (ceremonyId: CeremonyId) => Promise<Result<T>>): Promise<Result<T>> {
    const id = newCeremonyId();
    this.#id = id;
    this.#need = { kind: 'wait' };
    this.#failure = undefined;
    this.#asking = false;
    const stop = this.#bridge.on('ceremony', ({ ceremonyId, need }) => {
      if (ceremonyId !== id) return;
      this.#need = need;
      if (need.kind !== 'wait') this.#asking = true;
    });
    try {
      return await ask(id);
    } finally {
      stop();
      // A ceremony started meanwhile owns the screen now.
      if (this.#id === id) {
        this.#id = undefined;
        this.#need = undefined;
        this.#asking = false;
      }
    }
  }

  /** The need is over once it is answered; where the answer does not arrive it stands again, with the failure. */
  async answer(answer: Input<'ceremony.answer'>['answer']): Promise<void> {
    const [id, need] = [this.#id, this.#need];
    if (id === undefined) return;
    const waiting: Need = { kind: 'wait' };
    this.#need = waiting;
    this.#failure = undefined;
    const sent = await this.#bridge.request('ceremony.answer', { ceremonyId: id, answer });
    if (sent.ok || this.#need !== waiting) return;
    this.#need = need;
    this.#failure = sent.error;
  }

  /** Asks the key to stop; the ceremony then ends as cancelled, or as done where the touch came first. */
  async cancel(): Promise<void> {
    const id = this.#id;
    if (id === undefined) return;
    const sent = await this.#bridge.request('ceremony.cancel', { ceremonyId: id });
    // A ceremony that is over already needs no cancel; its own answer says how it ended.
    if (!sent.ok && sent.error.code !== 'ceremony/unknown') this.#failure = sent.error;
  }
}
