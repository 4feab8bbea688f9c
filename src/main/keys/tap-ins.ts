import type { CeremonyContext } from '../../ctap/client/ceremony-context.js';
import type { HeldToken } from '../../ctap/client/held-token.js';
import { leavingOneMore } from '../../ctap/client/one-more-assertion.js';
import type { CheckedInput, EventPayload, Output } from '../../shared/ipc.js';
import type { KeyId, KeySummary } from '../../shared/keys.js';
import { whoHolds } from '../../station/key-holder.js';
import type { PasskeyRecords } from '../../station/passkey-records.js';
import type { RelyingParty } from '../relying-party.js';
import type { Ceremonies, CeremonyWork } from './ceremonies.js';
import { greetedMeanwhile } from './greeting.js';

/** How long the pool may take to ask for the assertion; whoever is later enters the PIN again. */
const IDLE_MS = 60_000;

interface TapIn {
  readonly verified: HeldToken;
  readonly timer: NodeJS.Timeout;
}

export interface TapInsOptions {
  readonly ceremonies: Ceremonies;
  readonly records: Pick<PasskeyRecords, 'knowsAnybody' | 'usernameOf'>;
  /** Whether people are greeted by name before their PIN, as it stands. */
  readonly greets: () => boolean;
  readonly onGreeting: (greeting: EventPayload<'tapIn.greeting'>) => void;
  /** Told why a key did not say whom to greet. */
  readonly log: (error: unknown) => void;
  /** Milliseconds; a minute by default. */
  readonly idleMs?: number;
}

/**
 * People who sign in without a user name: the key says whose it is, and what they were verified for then serves the one
 * assertion that follows; or who sign two things in a row. Kept is the key's token, never the PIN, until that assertion, the unplugging of the key, or a
 * minute has passed.
 */
export class TapIns {
  readonly #options: TapInsOptions;
  readonly #underWay = new Map<KeyId, TapIn>();

  constructor(options: TapInsOptions) {
    this.#options = options;
  }

  /** Asks a key for its accounts at the relying party, or says that it cannot tell. */
  identify(
    { ceremonyId, keyId }: CheckedInput<'tapIn.identify'>,
    { id: rpId, origin }: RelyingParty,
  ): Promise<Output<'tapIn.identify'>> {
    const { ceremonies, records, greets, onGreeting, log } = this.#options;
    this.leave(keyId);
    const onHandle = (userHandle: string) => {
      const username = records.usernameOf(userHandle);
      if (username !== undefined) onGreeting({ ceremonyId, username });
    };
    return ceremonies.run(ceremonyId, keyId, async (work) => {
      const context = greets() ? greetedMeanwhile(work, { rpId, onHandle, onFault: log }) : work;
      const { accounts, byTouch, verified } = await whoHolds(context, { rpId, origin }, records);
      if (verified) this.#keep(keyId, verified);
      return accounts ? { kind: 'accounts', accounts: [...accounts], byTouch } : { kind: 'cannot-list' };
    });
  }

  /** Runs an assertion on a key: without asking for the PIN, where the person was verified just before. */
  async asserting<T>(work: CeremonyWork, keyId: KeyId, assert: (work: CeremonyWork) => Promise<T>): Promise<T> {
    const verified = this.#take(keyId);
    try {
      return await assert(verified ? { ...work, session: verified } : work);
    } finally {
      verified?.drop();
    }
  }

  /**
   * Runs an assertion at `rpId` on a key, for which the person is asked as always; the one that follows it, by `asserting`, does not
   * ask for the PIN again.
   */
  async assertingTwice<T>(
    work: CeremonyWork,
    keyId: KeyId,
    rpId: string,
    assert: (work: CeremonyContext) => Promise<T>,
  ): Promise<T> {
    this.leave(keyId);
    const { value, verified } = await leavingOneMore(work, rpId, assert);
    if (verified) this.#keep(keyId, verified);
    return value;
  }

  leave(keyId: KeyId): void {
    this.#take(keyId)?.drop();
  }

  leaveAll(): void {
    for (const keyId of this.#underWay.keys()) this.leave(keyId);
  }

  /** A key without power has forgotten its tokens; whatever is plugged in next is asked anew. */
  keysChanged(plugged: readonly Pick<KeySummary, 'id'>[]): void {
    for (const keyId of this.#underWay.keys()) {
      if (!plugged.some(({ id }) => id === keyId)) this.leave(keyId);
    }
  }

  #keep(keyId: KeyId, verified: HeldToken): void {
    const timer = setTimeout(() => {
      this.leave(keyId);
    }, this.#options.idleMs ?? IDLE_MS);
    this.#underWay.set(keyId, { verified, timer });
  }

  #take(keyId: KeyId): HeldToken | undefined {
    const tapIn = this.#underWay.get(keyId);
    this.#underWay.delete(keyId);
    clearTimeout(tapIn?.timer);
    return tapIn?.verified;
  }
}
