import type { CeremonyContext } from '../../ctap/client/ceremony-context.js';
import type { HeldToken } from '../../ctap/client/held-token.js';
import { leavingOneMore } from '../../ctap/client/one-more-assertion.js';
import { whoIsIt } from '../../ctap/client/who-is-it.js';
import { toBase64url } from '../../ctap/codec/bytes.js';
import { managesCredentials } from '../../ctap/credential-management.js';
import type { CheckedInput, KeyId, KeySummary, Output } from '../../shared/ipc.js';
import type { Ceremonies, CeremonyWork } from './ceremonies.js';

/** How long the pool may take to ask for the assertion; whoever is later enters the PIN again. */
const IDLE_MS = 60_000;

interface TapIn {
  readonly verified: HeldToken;
  readonly timer: NodeJS.Timeout;
}

export interface TapInsOptions {
  readonly ceremonies: Ceremonies;
  /** Milliseconds; a minute by default. */
  readonly idleMs?: number;
}

/**
 * People who sign in without a user name: the key says whose it is, and what they were verified for then serves the one
 * assertion that follows; or who sign two things in a row. Kept is the key's token, never the PIN, until that assertion, the unplugging of the key, or a
 * minute has passed.
 */
export class TapIns {
  readonly #ceremonies: Ceremonies;
  readonly #idleMs: number;
  readonly #underWay = new Map<KeyId, TapIn>();

  constructor({ ceremonies, idleMs = IDLE_MS }: TapInsOptions) {
    this.#ceremonies = ceremonies;
    this.#idleMs = idleMs;
  }

  /** Asks a key for its accounts at `rpId`, or says that it cannot tell. */
  identify({ ceremonyId, keyId }: CheckedInput<'tapIn.identify'>, rpId: string): Promise<Output<'tapIn.identify'>> {
    this.leave(keyId);
    return this.#ceremonies.run(ceremonyId, keyId, async (context) => {
      if (!managesCredentials(context.authenticator.info)) return { kind: 'cannot-list' };
      const { accounts, verified } = await whoIsIt(context, rpId);
      this.#keep(keyId, verified);
      return {
        kind: 'accounts',
        accounts: accounts.map(({ credential, user }) => ({
          credentialId: toBase64url(credential.id),
          userHandle: toBase64url(user.id),
          name: user.name ?? '',
          displayName: user.displayName ?? '',
        })),
      };
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
    }, this.#idleMs);
    this.#underWay.set(keyId, { verified, timer });
  }

  #take(keyId: KeyId): HeldToken | undefined {
    const tapIn = this.#underWay.get(keyId);
    this.#underWay.delete(keyId);
    clearTimeout(tapIn?.timer);
    return tapIn?.verified;
  }
}
