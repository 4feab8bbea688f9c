import type { Authenticator } from '../ctap/authenticator.js';
import type {
  Account,
  FingerprintRequest,
  Interaction,
  NewPinRequest,
  PinRequest,
} from '../ctap/client/interaction.js';
import { encodePin } from '../ctap/pin/pin.js';
import { triesLeft } from '../shared/messages.js';
import { allowTry, readTries } from './pin-tries.js';
import { printable } from './printable.js';
import { Problem, problemOf, usage } from './problem.js';
import type { Terminal } from './terminal.js';

/** Asks the person at a terminal, or takes the answers from the lines of a script. */
export class TerminalInteraction implements Interaction {
  readonly #terminal: Terminal;
  readonly #authenticator: Authenticator;
  readonly #maySpendLastTries: boolean;
  #isTouchAsked = false;

  constructor(terminal: Terminal, authenticator: Authenticator, maySpendLastTries: boolean) {
    this.#terminal = terminal;
    this.#authenticator = authenticator;
    this.#maySpendLastTries = maySpendLastTries;
  }

  touch(): void {
    if (!this.#isTouchAsked) this.#terminal.say('Touch the key now.');
    this.#isTouchAsked = true;
  }

  fingerprint({ failed, retries }: FingerprintRequest): void {
    if (failed)
      this.#terminal.say(`The fingerprint was not recognised.${retries === undefined ? '' : ` ${triesLeft(retries)}`}`);
    else if (this.#isTouchAsked) return;
    this.#terminal.say('Put your finger on the key now.');
    this.#isTouchAsked = true;
  }

  wait(): void {
    this.#isTouchAsked = false;
  }

  async pin({ wrong, retries, signal }: PinRequest): Promise<Uint8Array> {
    if (wrong) {
      // A script's next line is not a second guess: only a person is asked again.
      if (!this.#terminal.isInteractive)
        throw problemOf({ code: 'pin/wrong', ...(retries !== undefined && { retries }) });
      this.#terminal.say(`Wrong PIN.${retries === undefined ? '' : ` ${triesLeft(retries)}`}`);
    }
    await this.#allowTry(retries, signal);
    return encodePin(await this.#terminal.secret('PIN: ', signal));
  }

  /** The PIN that the key has now, to be replaced. */
  async currentPin(signal: AbortSignal): Promise<Uint8Array> {
    await this.#allowTry(undefined, signal);
    return encodePin(await this.#terminal.secret('Current PIN: ', signal));
  }

  async newPin({ minPinLength, maxPinLength, signal }: NewPinRequest): Promise<Uint8Array> {
    this.#terminal.say('This key has no PIN yet: the one that you enter now is set.');
    return this.chosenPin({ minPinLength, maxPinLength }, signal);
  }

  /** A PIN that the person chooses, asked for twice where it cannot be seen. */
  async chosenPin(rules: { minPinLength: number; maxPinLength: number }, signal: AbortSignal | undefined) {
    const pin = await this.#terminal.secret(`New PIN (${rules.minPinLength} characters or more): `, signal);
    const bytes = encodePin(pin, rules);
    if (!this.#terminal.isInteractive || (await this.#terminal.secret('New PIN again: ', signal)) === pin) return bytes;
    bytes.fill(0);
    throw new Problem('pin/policy', 'The two PINs differ.', 'Nothing was changed. Try again.');
  }

  async account(accounts: readonly Account[], signal: AbortSignal | undefined): Promise<number> {
    const names = accounts.map(
      ({ name, displayName }, index) => `  ${index + 1}  ${printable(name || displayName || '(no name)')}`,
    );
    this.#terminal.say(`The key has passkeys of several accounts:\n${names.join('\n')}`);
    const answer = Number(await this.#terminal.line(`Which one, 1 to ${accounts.length}? `, signal));
    if (!Number.isInteger(answer) || answer < 1 || answer > accounts.length)
      throw usage('That is no account of the list.', `Answer with a number from 1 to ${accounts.length}.`);
    return answer - 1;
  }

  async #allowTry(known: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { clientPin } = this.#authenticator;
    const tries =
      known === undefined && clientPin ? await readTries(clientPin, signal) : { retries: known, replugNeeded: false };
    await allowTry(tries, this.#terminal, this.#maySpendLastTries);
  }
}
