import type { Input } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import type { Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Keys } from './keys.svelte.js';

/** The ceremony in which somebody of the helpdesk touches their own key. */
export type Confirm = Input<'helpdesk.signIn'>['confirm'];

/** What somebody's own key is touched for. */
export interface Asked {
  /** Where in the window it is asked: one at a time. */
  readonly place: string;
  /** Who is to touch: whoever signs in, the operator who has, or a second one. */
  readonly by: 'anybody' | 'operator' | 'second';
  /** The change, in plain words, as they would follow “to confirm:”. */
  readonly what: string;
  /** Whom it is about. */
  readonly whom?: string;
}

/**
 * The touch of somebody's own key that every change takes. The key that the operator has signed in with is taken at once when
 * it is in; which of others is theirs is for them to say, as a wrong one would cost a try of its PIN.
 */
export class Confirmation {
  readonly ceremony: Ceremony;
  readonly #keys: Keys;
  #asked = $state.raw<Asked>();
  #keyId = $state<KeyId>();
  #keyName = $state('your key');
  #own = $state<KeyId>();
  #choose: ((keyId: KeyId | undefined) => void) | undefined;

  constructor(bridge: Bridge, keys: Keys) {
    this.ceremony = new Ceremony(bridge);
    this.#keys = keys;
  }

  /** Undefined while nothing waits for a touch. */
  get asked(): Asked | undefined {
    return this.#asked;
  }

  /** Of the key that is asked, or was asked last. */
  get keyName(): string {
    return this.#keyName;
  }

  /** The operator's own, once they have touched it. */
  get own(): KeyId | undefined {
    return this.#own;
  }

  /** Whether nobody has said yet which key it is. */
  get choosing(): boolean {
    return this.#asked !== undefined && this.#keyId === undefined;
  }

  /** The key that needs no question; undefined where there is none. */
  get obvious(): KeyId | undefined {
    const plugged = this.#keys.usable.map(({ id }) => id);
    const own = plugged.find((id) => id === this.#own);
    const by = this.#asked?.by;
    if (by === 'operator' && own !== undefined) return own;
    if (by === 'operator' && this.#own !== undefined) return undefined;
    const others = by === 'second' ? plugged.filter((id) => id !== own) : plugged;
    return others.length === 1 ? others[0] : undefined;
  }

  /** Has the key touched while main is asked; resolves with the answer of main, or `cancelled`. */
  async ask<T>(asked: Asked, request: (confirm: Confirm) => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#asked) return { ok: false, error: { code: 'ceremony/busy' } };
    this.#asked = asked;
    try {
      const keyId = this.obvious ?? (await this.#chosen());
      if (keyId === undefined) return { ok: false, error: { code: 'cancelled' } };
      this.#keyId = keyId;
      this.#keyName = this.#keys.all.find(({ id }) => id === keyId)?.product ?? this.#keyName;
      const answer = await this.ceremony.run((ceremonyId) => request({ ceremonyId, keyId }));
      if (answer.ok && asked.by !== 'second') this.#own = keyId;
      return answer;
    } finally {
      this.#asked = undefined;
      this.#keyId = undefined;
    }
  }

  /** This one. */
  use(keyId: KeyId): void {
    this.#choose?.(keyId);
  }

  /** Gives it up: nothing is changed, unless the touch came first. */
  cancel(): void {
    if (this.#choose) this.#choose(undefined);
    else void this.ceremony.cancel();
  }

  /** The next operator has a key of their own. */
  forget(): void {
    this.cancel();
    this.#own = undefined;
  }

  #chosen(): Promise<KeyId | undefined> {
    return new Promise((resolve) => {
      this.#choose = (keyId) => {
        this.#choose = undefined;
        resolve(keyId);
      };
    });
  }
}
