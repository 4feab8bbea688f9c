import { signOut } from '../../cognito/account.js';
import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import { answerPasskey, startSignIn } from '../../cognito/sign-in.js';
import type { PasskeyStep } from '../../cognito/sign-in-states.js';
import type { Tokens } from '../../cognito/tokens.js';
import type { CeremonyId } from '../../shared/ceremony.js';
import type { Output } from '../../shared/ipc.js';
import type { KeyId } from '../../shared/keys.js';
import type { TapInAccount } from '../../shared/on-key.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import {
  explainKeyAtKiosk,
  explainTapIn,
  federatedAtKiosk,
  noPasskeyAtKiosk,
  type Problem,
  someoneElse,
} from '../messages.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Session } from './session.svelte.js';

export type TapInStep =
  | { readonly step: 'waiting' }
  /** The key is asked: whose it is, or to sign, which may be its second touch; or the pool is. */
  | { readonly step: 'key'; readonly keyId: KeyId; readonly asked: 'who' | 'to-sign' | 'to-sign-as-well' }
  | { readonly step: 'accounts'; readonly keyId: KeyId; readonly accounts: readonly TapInAccount[] }
  /** Neither key nor station can say who it is: the person does. With an account where the key is sure of that much. */
  | { readonly step: 'name'; readonly keyId: KeyId; readonly account: TapInAccount | undefined }
  /** Nobody was signed in. Without a problem the person has stopped it. */
  | { readonly step: 'stopped'; readonly keyId: KeyId; readonly problem: Problem | undefined };

/**
 * One person tapping in: the key says who it is, the pool asks it to prove that. One PIN entry, one touch, two calls to the
 * pool; two touches where the key does not list its passkeys, so that it takes one to say who it is. Whoever is signed in is the one that the key has signed for, or nobody.
 */
export class TapIn {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #session: Session;
  #step = $state.raw<TapInStep>({ step: 'waiting' });
  #greeted = $state.raw<string>();
  #byTouch = false;
  #abort = new AbortController();

  constructor(bridge: Bridge, pool: Connection, session: Session) {
    this.ceremony = new Ceremony(bridge);
    this.#bridge = bridge;
    this.#pool = pool;
    this.#session = session;
  }

  get step(): TapInStep {
    return this.#step;
  }

  /** Whose key it seems to be, while it is asked for the PIN: nobody has proved anything yet. */
  get greeted(): string | undefined {
    return this.#greeted;
  }

  /** Asks the key whose it is, and goes on by itself where that is one account. */
  async begin(keyId: KeyId): Promise<void> {
    this.#byTouch = false;
    const signal = this.#begin(keyId, 'who');
    const answer = await this.ceremony.run((ceremonyId) => this.#identify(ceremonyId, keyId));
    if (signal.aborted) return;
    this.#greeted = undefined;
    if (!answer.ok) {
      this.#stopByKey(keyId, answer.error);
      return;
    }
    const identity = answer.value;
    if (identity.kind === 'cannot-list') {
      this.#step = { step: 'name', keyId, account: undefined };
      return;
    }
    this.#byTouch = identity.byTouch;
    const [only, ...others] = identity.accounts;
    if (!only) this.#stop(keyId, noPasskeyAtKiosk('there is none for this pool on it'));
    else if (others.length > 0) this.#step = { step: 'accounts', keyId, accounts: identity.accounts };
    else await this.#signInAs(keyId, only);
  }

  /** The person has chosen one of the accounts. */
  async choose(account: TapInAccount): Promise<void> {
    if (this.#step.step !== 'accounts') return;
    const { keyId } = this.#step;
    this.#begin(keyId);
    await this.#signInAs(keyId, account);
  }

  /** The person has said who they are. */
  async giveName(username: string): Promise<void> {
    if (this.#step.step !== 'name') return;
    const { keyId, account } = this.#step;
    this.#begin(keyId);
    await this.#signIn(keyId, username.trim(), account?.userHandle);
  }

  /** What the key wants is not allowed here: a new PIN. */
  refuse(failure: Failure): void {
    if (this.#step.step !== 'key') return;
    const { keyId } = this.#step;
    this.#begin(keyId);
    this.#stopByKey(keyId, failure);
  }

  /** Nobody is there any more, or whoever is begins anew. */
  leave(): void {
    this.#abort.abort();
    this.#greeted = undefined;
    this.#step = { step: 'waiting' };
    void this.ceremony.cancel();
  }

  #begin(keyId: KeyId, asked: 'who' | 'to-sign' = 'to-sign'): AbortSignal {
    this.#abort.abort();
    this.#abort = new AbortController();
    void this.ceremony.cancel();
    this.#greeted = undefined;
    this.#step = { step: 'key', keyId, asked };
    return this.#abort.signal;
  }

  async #identify(ceremonyId: CeremonyId, keyId: KeyId): Promise<Result<Output<'tapIn.identify'>>> {
    const stop = this.#bridge.on('tapIn.greeting', (greeting) => {
      if (greeting.ceremonyId === ceremonyId) this.#greeted = greeting.username;
    });
    try {
      return await this.#bridge.request('tapIn.identify', { ceremonyId, keyId });
    } finally {
      stop();
    }
  }

  async #signInAs(keyId: KeyId, account: TapInAccount): Promise<void> {
    const { username, userHandle } = account;
    if (username === undefined) this.#step = { step: 'name', keyId, account };
    else await this.#signIn(keyId, username, userHandle);
  }

  /** @param userHandle who the key has said it is; undefined where only the person has */
  async #signIn(keyId: KeyId, username: string, userHandle: string | undefined): Promise<void> {
    const { signal } = this.#abort;
    this.#step = { step: 'key', keyId, asked: this.#byTouch ? 'to-sign-as-well' : 'to-sign' };
    try {
      const state = await startSignIn(this.#pool, username, { signal });
      if (signal.aborted) return;
      if (state.step === 'passkey') await this.#prove(keyId, state, userHandle, signal);
      else this.#stop(keyId, noPasskeyAtKiosk(`the pool asks for ${state.step}`));
    } catch (error) {
      if (!signal.aborted) this.#stop(keyId, explainTapIn(error));
    }
  }

  async #prove(keyId: KeyId, state: PasskeyStep, userHandle: string | undefined, signal: AbortSignal): Promise<void> {
    const { options } = state;
    const answer = await this.ceremony.run((ceremonyId) =>
      this.#bridge.request('keys.get', { ceremonyId, keyId, options }),
    );
    if (signal.aborted) return;
    if (!answer.ok) {
      this.#stopByKey(keyId, answer.error);
      return;
    }
    // Not with the signal: an answer with tokens must not be lost, or nobody could revoke them.
    const next = await answerPasskey(this.#pool, state, answer.value);
    if (next.step !== 'signed-in') {
      if (!isOver(signal)) this.#stop(keyId, explainTapIn(new CognitoError('bad-answer', { detail: next.step })));
      return;
    }
    await this.#comeIn(keyId, next.tokens, [userHandle, answer.value.response.userHandle], signal);
  }

  async #comeIn(
    keyId: KeyId,
    tokens: Tokens,
    handles: readonly (string | undefined)[],
    signal: AbortSignal,
  ): Promise<void> {
    const { identity, refreshToken } = tokens;
    const { username, sub } = identity;
    const isAnother = handles.some((handle) => handle !== undefined && handle !== identity.userHandle);
    if (isAnother || identity.isFederated) {
      await this.#revoke(tokens);
      if (!signal.aborted) this.#stop(keyId, isAnother ? someoneElse() : federatedAtKiosk());
      return;
    }
    // Main first: from then on it sees to it that the session ends. What it refuses it has revoked.
    const begun = await this.#bridge.request('kiosk.begin', { username, sub, refreshToken, keyId });
    if (signal.aborted) {
      if (begun.ok) await this.#bridge.request('kiosk.end', undefined); // the person has given up meanwhile
    } else if (begun.ok) this.#session.open(username, tokens);
    else this.#stopByKey(keyId, begun.error);
  }

  /** Tokens that nobody is to have. Main does not know of them. */
  async #revoke(tokens: Tokens): Promise<void> {
    try {
      await signOut(this.#pool, tokens);
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      // They are forgotten here all the same; main, which can go on asking, is given the one that matters.
      await this.#bridge.request('kiosk.renewed', { refreshToken: tokens.refreshToken });
    }
  }

  #stopByKey(keyId: KeyId, failure: Failure): void {
    this.#stop(keyId, failure.code === 'cancelled' ? undefined : explainKeyAtKiosk(failure));
  }

  #stop(keyId: KeyId, problem: Problem | undefined): void {
    this.#step = { step: 'stopped', keyId, problem };
  }
}

/** Asked anew: the person may have left while something was waited for. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
