import type { Authenticator } from '../ctap/authenticator.js';
import type {
  Account,
  ChangePinRequest,
  FingerprintRequest,
  Interaction,
  NewPinRequest,
  PinChange,
  PinRequest,
} from '../ctap/client/interaction.js';
import { encodePin } from '../ctap/pin/pin.js';
import { pinComplexity } from '../ctap/pin/pin-complexity.js';
import type { PinRules } from '../ctap/pin/pin-rules.js';
import { triesLeft } from '../shared/messages.js';
import { coachPin } from '../shared/pin-coach.js';
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

  async pin(request: PinRequest): Promise<Uint8Array> {
    return encodePin(await this.#entered('PIN: ', request));
  }

  /** The PIN that the key has now, to be replaced. */
  async currentPin(signal: AbortSignal): Promise<Uint8Array> {
    await this.#allowTry(undefined, signal);
    return encodePin(await this.#terminal.secret('Current PIN: ', signal));
  }

  async newPin({ refused, signal, ...rules }: NewPinRequest): Promise<Uint8Array> {
    if (refused) this.#demandPerson();
    else this.#terminal.say('This key has no PIN yet: the one that you enter now is set.');
    return this.chosenPin(rules, signal);
  }

  async changePin({ wrong, refused, retries, signal, ...rules }: ChangePinRequest): Promise<PinChange> {
    if (refused) this.#demandPerson();
    else if (!wrong) this.#terminal.say('The key wants another PIN before it takes this one for anything else.');
    const current = await this.#entered('Current PIN: ', { wrong, retries, signal });
    return { next: await this.chosenPin(rules, signal, current), current: encodePin(current) };
  }

  /**
   * A PIN that the person chooses, asked for twice where it cannot be seen.
   * @param current the PIN that it must not be once more
   */
  async chosenPin(rules: PinRules, signal: AbortSignal | undefined, current?: string): Promise<Uint8Array> {
    const { minPinLength: minLength, maxPinLength: maxLength } = rules;
    const complexity = pinComplexity(this.#authenticator.info);
    if (complexity.complexityPolicy) {
      const where = complexity.complexityUrl === undefined ? '' : ` (${printable(complexity.complexityUrl)})`;
      this.#terminal.say(`The key refuses PINs that are too simple${where}.`);
    }
    const pin = await this.#terminal.secret(`New PIN (${rules.minPinLength} characters or more): `, signal);
    const { remains } = coachPin(pin, { minLength, maxLength, ...complexity }, current);
    if (remains !== undefined)
      throw new Problem('pin/policy', `That PIN cannot be set. ${remains}`, 'Nothing was changed. Choose another one.');
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

  async #entered(question: string, { wrong, retries, signal }: PinRequest): Promise<string> {
    if (wrong) {
      // A script's next line is not a second guess: only a person is asked again.
      if (!this.#terminal.isInteractive)
        throw problemOf({ code: 'pin/wrong', ...(retries !== undefined && { retries }) });
      this.#terminal.say(`Wrong PIN.${retries === undefined ? '' : ` ${triesLeft(retries)}`}`);
    }
    await this.#allowTry(retries, signal);
    return this.#terminal.secret(question, signal);
  }

  /** The key has refused the PIN that was chosen. A script's next line is not another choice: only a person is asked again. */
  #demandPerson(): void {
    if (!this.#terminal.isInteractive) throw problemOf({ code: 'pin/policy' });
    this.#terminal.say('The key does not accept that PIN. Choose another one.');
  }

  async #allowTry(known: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { clientPin } = this.#authenticator;
    const tries =
      known === undefined && clientPin ? await readTries(clientPin, signal) : { retries: known, replugNeeded: false };
    await allowTry(tries, this.#terminal, this.#maySpendLastTries);
  }
}
