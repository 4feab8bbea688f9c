import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import {
  answerCode,
  answerNewPassword,
  answerPasskey,
  answerPassword,
  choose,
  type CodeStep,
  type Factor,
  type NewPasswordStep,
  type PasskeyStep,
  type SelectStep,
  type SignInState,
  startSignIn,
  type UnsupportedStep,
} from '../../cognito/sign-in.js';
import type { KeyId } from '../../shared/ipc.js';
import type { Bridge } from '../api.js';
import { explainPool, explainSignIn, type Problem, signInOver } from '../messages.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Keys } from './keys.svelte.js';
import type { Session } from './session.svelte.js';

/** What the sign-in screen shows: the pool's steps, and those that come before the pool is asked. */
export type Step =
  | { readonly step: 'username' }
  | { readonly step: 'plug-in' }
  | { readonly step: 'choose-key' }
  /** A key is asked, or was and has said no. */
  | { readonly step: 'key'; readonly keyId: KeyId; readonly stopped: boolean }
  /** Ways without a key, of which the pool has not been asked yet. */
  | { readonly step: 'ways' }
  | { readonly step: 'password' }
  | CodeStep
  | NewPasswordStep
  | SelectStep
  | UnsupportedStep;

/** The life of a challenge where the pool does not say: the shortest that a pool can be set to. */
const DEFAULT_CHALLENGE_MS = 180_000;

/** One person signing in: the passkey first, other ways when asked for. What was typed as the name is never lost. */
export class SignIn {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #keys: Keys;
  readonly #session: Session;
  #abort = new AbortController();
  #challenge: { readonly state: PasskeyStep; readonly until: number } | undefined;
  #username = $state('');
  #step = $state.raw<Step>({ step: 'username' });
  #problem = $state.raw<Problem>();
  #busy = $state(false);

  constructor(bridge: Bridge, pool: Connection, keys: Keys, session: Session) {
    this.ceremony = new Ceremony(bridge);
    this.#bridge = bridge;
    this.#pool = pool;
    this.#keys = keys;
    this.#session = session;
  }

  /** As it was typed, without blanks around it. */
  get username(): string {
    return this.#username;
  }

  get step(): Step {
    return this.#step;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** The pool is being asked. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Begins with the passkey on a plugged key. */
  async start(username: string): Promise<void> {
    this.#username = username.trim();
    await this.withKey();
  }

  /** Begins without a key. */
  startOtherWays(username: string): void {
    this.#username = username.trim();
    this.otherWays();
  }

  otherWays(): void {
    this.#leave({ step: 'ways' });
  }

  /** Back to the name, which stays as it was typed. Whatever is under way is given up. */
  back(): void {
    this.#leave({ step: 'username' });
  }

  /** Asks `keyId`, or the one key there is; where there are none or several, the person is asked first. */
  async withKey(keyId?: KeyId): Promise<void> {
    const { usable } = this.#keys;
    const key = usable.find(({ id }) => id === keyId) ?? (usable.length === 1 ? usable[0] : undefined);
    this.#problem = undefined;
    if (!key) this.#step = { step: usable.length === 0 ? 'plug-in' : 'choose-key' };
    else if (this.#challenge && this.#challenge.until > this.#pool.now())
      await this.#askKey(this.#challenge.state, key.id);
    else {
      this.#challenge = undefined;
      this.#step = { step: 'key', keyId: key.id, stopped: false };
      await this.#ask((signal) => startSignIn(this.#pool, this.#username, { prefer: 'passkey', signal }));
    }
  }

  /** Takes one of the ways: of those the pool has offered, or of those that may be tried. */
  async choose(factor: Factor): Promise<void> {
    const state = this.#step;
    // A password goes along with the question for it, so it is typed first.
    if (factor === 'password') this.#leave({ step: 'password' });
    else if (state.step === 'select') await this.#ask((signal) => choose(this.#pool, state, factor, { signal }));
    else if (factor === 'passkey') await this.withKey();
    else await this.#ask((signal) => startSignIn(this.#pool, this.#username, { prefer: factor, signal }));
  }

  /** Sends the password with a new sign-in: one that was wrong has ended the sign-in before. */
  async sendPassword(password: string): Promise<void> {
    await this.#ask(async (signal) => {
      const state = await startSignIn(this.#pool, this.#username, { prefer: 'password', password, signal });
      // A pool that has not taken the password along asks for it now.
      return state.step === 'password' ? answerPassword(this.#pool, state, password, { signal }) : state;
    });
  }

  async sendCode(code: string): Promise<void> {
    const state = this.#step;
    if (state.step !== 'email-code' && state.step !== 'sms-code') return;
    await this.#ask((signal) => answerCode(this.#pool, state, code, { signal }));
  }

  /** `attributes`: values of those that the step requires, by name. */
  async sendNewPassword(password: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const state = this.#step;
    if (state.step !== 'new-password') return;
    await this.#ask((signal) => answerNewPassword(this.#pool, state, password, attributes, { signal }));
  }

  #leave(step: Step): void {
    this.#abort.abort();
    this.#busy = false;
    this.#challenge = undefined;
    this.#problem = undefined;
    this.#step = step;
    void this.ceremony.cancel();
  }

  async #ask(work: (signal: AbortSignal) => Promise<SignInState>): Promise<void> {
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = true;
    this.#problem = undefined;
    let state: SignInState;
    try {
      state = await work(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#fail(error);
      return;
    } finally {
      if (!abort.signal.aborted) this.#busy = false;
    }
    if (!abort.signal.aborted) await this.#follow(state);
  }

  #fail(error: unknown): void {
    const step = this.#step;
    this.#problem = explainPool(error);
    if (step.step === 'key') this.#step = { ...step, stopped: true };
    const answered = 'session' in step;
    if (answered && error instanceof CognitoError && error.code === 'not-authorized') {
      this.#problem = signInOver(error);
      this.#step = { step: 'username' };
    }
  }

  async #follow(state: SignInState): Promise<void> {
    switch (state.step) {
      case 'signed-in':
        this.#session.open(this.#username, state.tokens);
        return;
      case 'passkey': {
        const { timeout = DEFAULT_CHALLENGE_MS } = state.options;
        this.#challenge = { state, until: this.#pool.now() + timeout };
        await this.withKey(this.#step.step === 'key' ? this.#step.keyId : undefined);
        return;
      }
      default:
        this.#step = state;
    }
  }

  async #askKey(state: PasskeyStep, keyId: KeyId): Promise<void> {
    const step: Step = { step: 'key', keyId, stopped: false };
    this.#step = step;
    const { options } = state;
    const answer = await this.ceremony.run((ceremonyId) =>
      this.#bridge.request('keys.get', { ceremonyId, keyId, options }),
    );
    // The person went elsewhere meanwhile.
    if (this.#step !== step) return;
    if (answer.ok) {
      // A challenge is answered once; should that fail, the next try begins with a new one.
      this.#challenge = undefined;
      await this.#ask((signal) => answerPasskey(this.#pool, state, answer.value, { signal }));
      return;
    }
    this.#step = { ...step, stopped: true };
    this.#problem = answer.error.code === 'cancelled' ? undefined : explainSignIn(answer.error);
  }
}
