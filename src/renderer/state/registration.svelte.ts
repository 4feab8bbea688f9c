import type { Connection } from '../../cognito/connection.js';
import type { NewAccount, UnconfirmedAccount } from '../../cognito/sign-up.js';
import { confirmSignUp, resendCode, signUp } from '../../cognito/sign-up.js';
import { explainPool, notConfirmed, type Problem } from '../messages.js';
import { Asking } from './asking.svelte.js';

/** One account being made, or confirmed. What was typed, secrets apart, stays until it is done. */
export class Registration {
  readonly #pool: Connection;
  readonly #asking = new Asking();
  readonly #onconfirmed: (username: string, session: string | undefined) => void;
  #waiting = $state.raw<UnconfirmedAccount>();

  /** `onconfirmed`: the account can sign in now, without a second code where there is a session. */
  constructor(pool: Connection, onconfirmed: (username: string, session: string | undefined) => void) {
    this.#pool = pool;
    this.#onconfirmed = onconfirmed;
  }

  get busy(): boolean {
    return this.#asking.busy;
  }

  get problem(): Problem | undefined {
    return this.#asking.problem;
  }

  /** The account that waits for its code; undefined while it is not made yet. */
  get waiting(): UnconfirmedAccount | undefined {
    return this.#waiting;
  }

  /** An account that was made some other time, and turns out to be unconfirmed. */
  resume(username: string, error: unknown): void {
    this.#waiting = { step: 'confirm', username, session: undefined, delivery: undefined };
    this.#asking.tell(notConfirmed(error));
  }

  async make(account: NewAccount): Promise<void> {
    await this.#ask(
      (signal) => signUp(this.#pool, account, { signal }),
      (made) => {
        if (made.step === 'confirm') this.#waiting = made;
        else this.#onconfirmed(made.username, made.session);
      },
    );
  }

  async confirm(code: string): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) return;
    await this.#ask(
      (signal) => confirmSignUp(this.#pool, waiting, code, { signal }),
      ({ username, session }) => {
        this.#onconfirmed(username, session);
      },
    );
  }

  async resend(): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) return;
    await this.#ask(
      (signal) => resendCode(this.#pool, waiting, { signal }),
      (again) => {
        this.#waiting = again;
      },
    );
  }

  leave(): void {
    this.#asking.stop();
  }

  async #ask<T>(work: (signal: AbortSignal) => Promise<T>, follow: (answer: T) => void): Promise<void> {
    await this.#asking.ask(work, follow, (error) => {
      this.#asking.tell(explainPool(error));
    });
  }
}
