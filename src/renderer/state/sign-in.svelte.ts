import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import { answerAppSetUp, answerEmailSetUp, startAppSetUp } from '../../cognito/mfa.js';
import { answerPassword } from '../../cognito/password.js';
import {
  answerCode,
  answerNewPassword,
  answerPasskey,
  choose,
  chooseSecond,
  startSignIn,
} from '../../cognito/sign-in.js';
import type {
  AppSetUpStep,
  CodeStep,
  Factor,
  NewPasswordStep,
  PasskeyStep,
  PasswordStep,
  SecondFactor,
  SelectSecondStep,
  SelectStep,
  SetUpStep,
  SignInState,
  UnsupportedStep,
} from '../../cognito/sign-in-states.js';
import type { KeyId } from '../../shared/keys.js';
import type { Bridge } from '../api.js';
import { explainPool, explainSignIn, type Problem, signInOver } from '../messages.js';
import { Asking } from './asking.svelte.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Keys } from './keys.svelte.js';
import { Recovery } from './recovery.svelte.js';
import { Registration } from './registration.svelte.js';
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
  | { readonly step: 'registration'; readonly registration: Registration }
  | { readonly step: 'recovery'; readonly recovery: Recovery }
  | PasswordStep
  | CodeStep
  | NewPasswordStep
  | SelectStep
  | SelectSecondStep
  | SetUpStep
  | AppSetUpStep
  | UnsupportedStep;

/** The life of a challenge where the pool does not say: the shortest that a pool can be set to. */
const DEFAULT_CHALLENGE_MS = 180_000;

interface Challenge {
  readonly state: PasskeyStep;
  readonly until: number;
}

/**
 * One person signing in: the passkey first, other ways when asked for. What was typed, secrets apart, is never lost: a
 * sign-in whose session is over is begun anew, by itself where nothing secret is needed for that.
 */
export class SignIn {
  readonly ceremony: Ceremony;
  readonly #bridge: Bridge;
  readonly #pool: Connection;
  readonly #keys: Keys;
  readonly #session: Session;
  readonly #asking = new Asking();
  #challenge: Challenge | undefined;
  /** The choice that is under way, should the pool no longer know of what it offered. */
  #chosen: Factor = 'passkey';
  #username = $state('');
  #step = $state.raw<Step>({ step: 'username' });
  #attributes = $state.raw<Readonly<Record<string, string>>>({});

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
    return this.#asking.problem;
  }

  /** The pool is being asked. */
  get busy(): boolean {
    return this.#asking.busy;
  }

  /** What was typed of the attributes that a new password has to come with, by name. */
  get attributes(): Readonly<Record<string, string>> {
    return this.#attributes;
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

  /** Makes an account first. */
  register(username: string): void {
    this.#username = username.trim();
    this.#leave({ step: 'registration', registration: this.#newRegistration() });
  }

  /** Has the password replaced first. */
  recover(): void {
    this.#leave({ step: 'recovery', recovery: this.#newRecovery() });
  }

  /** Asks `keyId`, or the one key there is; where there are none or several, the person is asked first. */
  async withKey(keyId?: KeyId): Promise<void> {
    const { usable } = this.#keys;
    const key = usable.find(({ id }) => id === keyId) ?? (usable.length === 1 ? usable[0] : undefined);
    this.#asking.tell(undefined);
    if (!key) this.#step = { step: usable.length === 0 ? 'plug-in' : 'choose-key' };
    else if (this.#challenge && this.#challenge.until > this.#pool.now()) await this.#askKey(this.#challenge, key.id);
    else {
      this.#challenge = undefined;
      this.#step = { step: 'key', keyId: key.id, stopped: false };
      await this.#start('passkey');
    }
  }

  /** Takes one of the ways: of those the pool has offered, or of those that may be tried. */
  async choose(factor: Factor): Promise<void> {
    const state = this.#step;
    this.#chosen = factor;
    // It is typed first, and begins a sign-in of its own: no session runs out meanwhile.
    if (factor === 'password') this.#leave({ step: 'password', username: this.#username });
    else if (state.step === 'select') await this.#ask((signal) => choose(this.#pool, state, factor, { signal }));
    else if (factor === 'passkey') await this.withKey();
    else await this.#start(factor);
  }

  async chooseSecond(factor: SecondFactor): Promise<void> {
    const state = this.#step;
    if (state.step === 'select-second')
      await this.#ask((signal) => chooseSecond(this.#pool, state, factor, { signal }));
  }

  /** A password that was wrong has ended the sign-in: the next one begins another. */
  async sendPassword(password: string): Promise<void> {
    const state: PasswordStep = { step: 'password', username: this.#username };
    await this.#ask((signal) => answerPassword(this.#pool, state, password, { signal }));
  }

  async sendCode(code: string): Promise<void> {
    const state = this.#step;
    if (state.step === 'set-up-app') await this.#ask((signal) => answerAppSetUp(this.#pool, state, code, { signal }));
    else if (isCodeStep(state)) await this.#ask((signal) => answerCode(this.#pool, state, code, { signal }));
  }

  /** `attributes`: values of those that the step requires, by name. */
  async sendNewPassword(password: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    const state = this.#step;
    this.#attributes = attributes;
    if (state.step === 'new-password')
      await this.#ask((signal) => answerNewPassword(this.#pool, state, password, attributes, { signal }));
  }

  /** Has an authenticator app learn a secret. */
  async setUpApp(): Promise<void> {
    const state = this.#step;
    if (state.step === 'set-up') await this.#ask((signal) => startAppSetUp(this.#pool, state, { signal }));
  }

  /** Has codes go to this address. */
  async setUpEmail(email: string): Promise<void> {
    const state = this.#step;
    if (state.step === 'set-up') await this.#ask((signal) => answerEmailSetUp(this.#pool, state, email, { signal }));
  }

  #leave(step: Step): void {
    if (this.#step.step === 'registration') this.#step.registration.leave();
    if (this.#step.step === 'recovery') this.#step.recovery.leave();
    this.#asking.stop();
    this.#challenge = undefined;
    this.#step = step;
    void this.ceremony.cancel();
  }

  #newRegistration(): Registration {
    return new Registration(this.#pool, (username, session) => {
      this.#username = username;
      void this.#start('passkey', session);
    });
  }

  #newRecovery(): Recovery {
    return new Recovery(this.#pool, this.#username, (password) => {
      this.#leave({ step: 'password', username: this.#username });
      void this.sendPassword(password);
    });
  }

  async #start(prefer: Factor, session?: string): Promise<void> {
    await this.#ask((signal) => startSignIn(this.#pool, this.#username, { prefer, session, signal }));
  }

  async #ask(work: (signal: AbortSignal) => Promise<SignInState>, until = Infinity): Promise<void> {
    await this.#asking.ask(
      work,
      (state) => this.#follow(state),
      (error) => this.#fail(error, until),
    );
  }

  /** `until`: from then on the sign-in was over anyway. */
  async #fail(error: unknown, until: number): Promise<void> {
    const step = this.#step;
    const code = error instanceof CognitoError ? error.code : undefined;
    if (code === 'user-not-confirmed') {
      const registration = this.#newRegistration();
      this.#leave({ step: 'registration', registration });
      registration.resume(this.#username, error);
    } else if (code === 'password-reset-required') {
      const recovery = this.#newRecovery();
      this.#leave({ step: 'recovery', recovery });
      recovery.required(error);
    } else if (step.step === 'key') {
      this.#step = { ...step, stopped: true };
      const isLate = code === 'not-authorized' && this.#pool.now() >= until;
      this.#asking.tell(isLate ? signInOver(error, 'Try again, with your PIN ready.') : explainPool(error));
    } else if (step.step === 'registration') {
      // The account is there; that it is not signed in yet is no trouble of making it.
      this.#leave({ step: 'ways' });
      this.#asking.tell(explainPool(error));
    } else if ('session' in step && (code === 'not-authorized' || (code === 'expired-code' && isCodeStep(step))))
      await this.#beginAnew(step, error);
    else this.#asking.tell(explainPool(error));
  }

  /** The session that a step belongs to is over, or spent: it says the same as for a wrong answer. */
  async #beginAnew(step: Extract<Step, { session: string }>, error: unknown): Promise<void> {
    if (step.step === 'select') await this.#start(this.#chosen);
    else if (isCodeStep(step) && !step.isSecond) {
      await this.#start(step.step === 'email-code' ? 'email-code' : 'sms-code');
      if (this.#step.step === step.step && !this.problem)
        this.#asking.tell(signInOver(error, 'Keydesk has asked for a new code: enter that one.'));
    } else {
      // A password went before, which is forgotten.
      this.#step = { step: 'password', username: this.#username };
      this.#asking.tell(
        signInOver(error, 'Enter your password again. Your name and what else you typed are still there.'),
      );
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
        // Nothing to choose: the secret is shown at once.
        if (state.step === 'set-up' && state.choices.every((choice) => choice === 'app-code')) await this.setUpApp();
    }
  }

  async #askKey({ state, until }: Challenge, keyId: KeyId): Promise<void> {
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
      await this.#ask((signal) => answerPasskey(this.#pool, state, answer.value, { signal }), until);
      return;
    }
    this.#step = { ...step, stopped: true };
    this.#asking.tell(answer.error.code === 'cancelled' ? undefined : explainSignIn(answer.error));
  }
}

function isCodeStep(step: Step): step is CodeStep {
  return step.step === 'app-code' || step.step === 'email-code' || step.step === 'sms-code';
}
