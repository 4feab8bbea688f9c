import type { z } from 'zod';

import type {
  Account,
  ChangePinRequest,
  FingerprintRequest,
  Interaction,
  NewPinRequest,
  PinChange,
  PinRequest,
} from '../../ctap/client/interaction.js';
import type { Sample } from '../../ctap/bio-enrollment.js';
import type { ResetStep } from '../../ctap/client/guided-reset.js';
import { equal } from '../../ctap/codec/bytes.js';
import { onAbort } from '../../ctap/on-abort.js';
import { encodePin } from '../../ctap/pin/pin.js';
import type { CeremonyAnswer, CeremonyEvent, CeremonyId } from '../../shared/ceremony.js';
import type { PinState } from '../../shared/keys.js';
import type { ErrorCode } from '../../shared/result.js';
import { FailureError } from '../../failures/failure-error.js';
import { spendsLastTries } from '../../shared/last-tries.js';

type Need = CeremonyEvent['need'];
type Answer = z.output<typeof CeremonyAnswer>;
/** Takes an answer, or throws when it is not one to what was asked: the question stays open then. */
type Take = (answer: Answer) => void;

/** The longest that WebAuthn recommends for a ceremony (Level 3 §5.1.3, step 4). */
const CEREMONY_MS = 600_000;
/** Keys give up on a touch after about half a minute. */
const TOUCH_MS = 30_000;
/** As long as an enrolment waits for each finger. */
const SAMPLE_MS = 20_000;

export interface CeremonyOptions {
  readonly id: CeremonyId;
  readonly emit: (event: CeremonyEvent) => void;
  /** The state of the key's PIN as it was last read; undefined where no one key is meant yet. */
  readonly knownPin: () => Pick<PinState, 'retries' | 'replugNeeded'> | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One ceremony as the window takes part in it: what the key needs goes out as events, what the person says comes in as answers. */
export class Ceremony implements Interaction {
  readonly #options: CeremonyOptions;
  readonly #controller = new AbortController();
  /** Cancelled, or left alone for too long: a key is not held for somebody who has gone. */
  readonly signal = AbortSignal.any([this.#controller.signal, AbortSignal.timeout(CEREMONY_MS)]);
  #take: Take | undefined;
  #shown: Need['kind'] | undefined;

  constructor(options: CeremonyOptions) {
    this.#options = options;
  }

  /** @param reason what the ceremony ends with; by default an AbortError */
  cancel(reason?: Error): void {
    this.#controller.abort(reason);
  }

  /** Throws FailureError: `ceremony/unknown` when nothing, or something else, is asked; `pin/last-tries` without the yes that is needed. */
  answer(answer: Answer): void {
    if (!this.#take) throw new FailureError({ code: 'ceremony/unknown', detail: 'nothing is asked' });
    this.#take(answer);
  }

  touch(): void {
    this.#show({ kind: 'touch', deadline: this.#options.now() + TOUCH_MS });
  }

  fingerprint({ failed, retries }: FingerprintRequest): void {
    const finger = { failed, ...(retries !== undefined && { retries }) };
    if (failed) this.#shown = undefined; // the same need with news
    this.#show({ kind: 'touch', deadline: this.#options.now() + TOUCH_MS, finger });
  }

  /** A finger is wanted on the sensor. @param last what became of the sample before */
  sample(last: (Sample & { readonly total: number }) | undefined): void {
    this.#show({ kind: 'sample', deadline: this.#options.now() + SAMPLE_MS, ...last });
  }

  /** A reset has come to its next step. */
  resetStep(step: ResetStep): void {
    const { deadline } = step;
    if (step.step === 'armed') this.#show({ kind: 'unplug', deadline });
    else if (step.step === 'unplugged') this.#show({ kind: 'plug', deadline });
    else if (step.step === 'another-key') this.#show({ kind: 'plug', deadline, another: step.product });
    else if (step.step === 'touch')
      this.#show({ kind: 'touch', deadline, ...(step.touchSeconds !== undefined && { seconds: step.touchSeconds }) });
    else this.wait();
  }

  /** Asks whether to begin again after `code`. Resolves for a yes; rejects with the reason when the ceremony is cancelled. */
  again(code: ErrorCode): Promise<void> {
    return this.#ask({ kind: 'again', code }, this.signal, () => undefined);
  }

  wait(): void {
    this.#show({ kind: 'wait' });
  }

  pin({ wrong, retries = this.#options.knownPin()?.retries, signal }: PinRequest): Promise<Uint8Array> {
    // Nobody should type a PIN that the key will not even look at.
    if (retries === 0) return Promise.reject(new FailureError({ code: 'pin/blocked', retries }));
    if (!wrong && this.#options.knownPin()?.replugNeeded)
      return Promise.reject(new FailureError({ code: 'pin/replug', ...(retries !== undefined && { retries }) }));
    const lastTries = spendsLastTries(retries);
    return this.#ask({ kind: 'pin', wrong, retries, lastTries }, signal, (answer) => {
      if (lastTries && !answer.spendLastTries)
        throw new FailureError({ code: 'pin/last-tries', ...(retries !== undefined && { retries }) });
      return encodePin(answer.pin);
    });
  }

  /** First the PIN that there is, then the one to replace it. */
  async changePin(request: ChangePinRequest): Promise<PinChange> {
    const current = await this.pin(request);
    try {
      const next = await this.#ask({ ...newPinNeed(request), mustChange: true }, request.signal, ({ pin }) => {
        const chosen = encodePin(pin, request);
        if (!equal(chosen, current)) return chosen;
        chosen.fill(0);
        throw new FailureError({ code: 'pin/policy', detail: 'it is the PIN that is to be replaced' });
      });
      return { current, next };
    } catch (error) {
      current.fill(0);
      throw error;
    }
  }

  newPin(request: NewPinRequest): Promise<Uint8Array> {
    return this.#ask(newPinNeed(request), request.signal, ({ pin }) => encodePin(pin, request));
  }

  account(accounts: readonly Account[], signal: AbortSignal | undefined): Promise<number> {
    const need = {
      kind: 'account' as const,
      accounts: accounts.map(({ name, displayName }) => ({ name, displayName })),
    };
    return this.#ask(need, signal, ({ index }) => {
      if (index >= accounts.length) throw new FailureError({ code: 'ipc/bad-input', detail: 'no such account' });
      return index;
    });
  }

  #ask<K extends Answer['kind'], T>(
    need: Need & { readonly kind: K },
    signal: AbortSignal | undefined,
    read: (answer: Extract<Answer, { kind: K }>) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const ignore = onAbort(signal, () => {
        this.#take = undefined;
        reject(signal?.reason as Error);
      });
      if (signal?.aborted) return;
      this.#take = (answer) => {
        if (!isOf(answer, need.kind))
          throw new FailureError({ code: 'ceremony/unknown', detail: `${need.kind} is asked` });
        const value = read(answer);
        this.#take = undefined;
        ignore();
        resolve(value);
      };
      this.#show(need);
    });
  }

  #show(need: Need): void {
    if (need.kind === this.#shown && (need.kind === 'touch' || need.kind === 'wait')) return;
    this.#shown = need.kind;
    this.#options.emit({ ceremonyId: this.#options.id, need });
  }
}

function newPinNeed(request: NewPinRequest) {
  const { minPinLength: minLength, maxPinLength: maxLength, complexityPolicy, complexityUrl, refused } = request;
  return { kind: 'new-pin' as const, minLength, maxLength, complexityPolicy, complexityUrl, refused };
}

function isOf<K extends Answer['kind']>(answer: Answer, kind: K): answer is Extract<Answer, { kind: K }> {
  return answer.kind === kind;
}
