import type { CeremonyContext } from '../../ctap/client/ceremony-context.js';
import { TransportError } from '../../ctap/errors.js';
import type { CeremonyEvent, CeremonyId } from '../../shared/ceremony.js';
import type { CheckedInput } from '../../shared/ipc.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import { FailureError } from '../../failures/failure-error.js';
import { Ceremony } from './ceremony.js';
import type { PluggedKey } from './plugged-key.js';
import type { KeyRegistry } from './registry.js';

export interface CeremoniesOptions {
  readonly registry: KeyRegistry;
  readonly emit: (event: CeremonyEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What the work of a ceremony is given: the key, the person at the window, and the way to stop. */
export interface CeremonyWork extends CeremonyContext {
  readonly interaction: Ceremony;
  readonly signal: AbortSignal;
  readonly found: PluggedKey;
}

/** Does something on one key, whose absence ends the ceremony meanwhile. Rejects as `KeyRegistry.use`. */
export type OnKey = <T>(keyId: KeyId, work: (context: CeremonyWork) => Promise<T>) => Promise<T>;

interface UnderWay {
  readonly ceremony: Ceremony;
  /** The key that it cannot go on without; undefined while there is none. */
  keyId: KeyId | undefined;
}

/** The ceremonies that are under way, and the window's part in them. */
export class Ceremonies {
  readonly #options: CeremoniesOptions;
  readonly #underWay = new Map<CeremonyId, UnderWay>();
  readonly #work = new Set<Promise<unknown>>();

  constructor(options: CeremoniesOptions) {
    this.#options = options;
  }

  /** Runs `work` on a key as the ceremony `id`. Rejects with whatever it throws, and with the abort reason when cancelled. */
  run<T>(id: CeremonyId, keyId: KeyId, work: (context: CeremonyWork) => Promise<T>): Promise<T> {
    return this.conduct(id, keyId, (_, onKey) => onKey(keyId, work));
  }

  /**
   * The same for work that opens keys itself, or only for a part of it.
   * @param keyId the key whose absence ends the ceremony; undefined where several may serve, or one after the other
   */
  async conduct<T>(
    id: CeremonyId,
    keyId: KeyId | undefined,
    work: (ceremony: Ceremony, onKey: OnKey) => Promise<T>,
  ): Promise<T> {
    const { registry, emit, now } = this.#options;
    if (this.#underWay.has(id)) throw new FailureError({ code: 'ceremony/busy', detail: 'this ceremony is under way' });
    const knownPin = () => (underWay.keyId === undefined ? undefined : registry.summary(underWay.keyId).details?.pin);
    const ceremony = new Ceremony({ id, emit, now, knownPin });
    const underWay: UnderWay = { ceremony, keyId };
    this.#underWay.set(id, underWay);
    const done = work(ceremony, async (needed, use) => {
      underWay.keyId = needed;
      try {
        return await registry.use(needed, (authenticator, found) =>
          use({ authenticator, found, interaction: ceremony, signal: ceremony.signal }),
        );
      } finally {
        underWay.keyId = keyId;
      }
    });
    this.#work.add(done);
    try {
      return await done;
    } finally {
      this.#work.delete(done);
      this.#underWay.delete(id);
    }
  }

  answer({ ceremonyId, answer }: CheckedInput<'ceremony.answer'>): void {
    this.#ceremony(ceremonyId).answer(answer);
  }

  cancel({ ceremonyId }: CheckedInput<'ceremony.cancel'>): void {
    this.#ceremony(ceremonyId).cancel();
  }

  /** Nobody is there to answer any more: the window was closed or loaded anew. */
  cancelAll(): void {
    for (const { ceremony } of this.#underWay.values()) ceremony.cancel();
  }

  /** A key that is pulled out while its person is asked for a PIN says nothing itself: nobody reads from it then. */
  keysChanged(plugged: readonly Pick<KeySummary, 'id'>[]): void {
    for (const { ceremony, keyId } of this.#underWay.values()) {
      if (keyId === undefined || plugged.some(({ id }) => id === keyId)) continue;
      ceremony.cancel(new TransportError('device-removed', 'The key was unplugged'));
    }
  }

  /** Cancels whatever is under way, and resolves once every key is idle and closed. */
  async end(): Promise<void> {
    this.cancelAll();
    await Promise.allSettled([...this.#work]);
  }

  #ceremony(id: CeremonyId): Ceremony {
    const ceremony = this.#underWay.get(id)?.ceremony;
    if (!ceremony) throw new FailureError({ code: 'ceremony/unknown', detail: 'it is not under way' });
    return ceremony;
  }
}
