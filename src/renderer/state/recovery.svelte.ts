import type { Connection } from '../../cognito/connection.js';
import type { PasswordReset } from '../../cognito/forgot-password.js';
import { confirmNewPassword, forgotPassword } from '../../cognito/forgot-password.js';
import { explainPool, type Problem } from '../messages.js';
import { Asking } from './asking.svelte.js';

/** A password being replaced with the help of a code. */
export class Recovery {
  readonly username: string;
  readonly #pool: Connection;
  readonly #asking = new Asking();
  readonly #onrecovered: (password: string) => void;
  #reset = $state.raw<PasswordReset>();

  /** `onrecovered`: the password is the new one now. */
  constructor(pool: Connection, username: string, onrecovered: (password: string) => void) {
    this.username = username;
    this.#pool = pool;
    this.#onrecovered = onrecovered;
  }

  get busy(): boolean {
    return this.#asking.busy;
  }

  get problem(): Problem | undefined {
    return this.#asking.problem;
  }

  /** Undefined until a code has been asked for. */
  get reset(): PasswordReset | undefined {
    return this.#reset;
  }

  /** The pool lets nobody in with the old password: it said so. */
  required(error: unknown): void {
    this.#asking.tell(explainPool(error));
  }

  /** Asks for a code, or for another one. */
  async request(): Promise<void> {
    await this.#ask(
      (signal) => forgotPassword(this.#pool, this.username, { signal }),
      (reset) => {
        this.#reset = reset;
      },
    );
  }

  async finish(code: string, password: string): Promise<void> {
    await this.#ask(
      (signal) => confirmNewPassword(this.#pool, this, code, password, { signal }),
      () => {
        this.#onrecovered(password);
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
