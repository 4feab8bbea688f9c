import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

import { classify, isClockCorrected } from './classify.js';
import type { CallKind } from './error-names.js';
import { CognitoError } from './errors.js';
import { backOff, pause } from './pause.js';

export interface CallOptions {
  /** Ends the wait; the error is then `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How often a call may be sent. `once` is for everything that spends something: a session, a code, a try at the
 * password. `safe` is for reads: they are sent again when the network or the service fails for a moment.
 *
 * Both are sent again when the service has too much to do: it says so before it looks at the request, so nothing is
 * spent. Should that ever be untrue of a session, the repetition is refused as spent, and the sign-in begins anew, as it
 * would have had to anyway. The same goes for a signature that the service refused for its time of day, once the SDK has
 * set its clock by the answer.
 */
type Repetition = 'once' | 'safe';

/** Sends through `send`, which gets the SDK's client and a signal; every failure is thrown as a CognitoError. */
export type Call<Client = CognitoIdentityProviderClient> = <T>(
  kind: CallKind,
  repetition: Repetition,
  options: CallOptions,
  send: (client: Client, abortSignal: AbortSignal) => Promise<T>,
) => Promise<T>;

export interface CallTimes {
  /** How long a call may take, its repetitions included, in milliseconds. */
  readonly deadlineMs: number;
  /** A number from 0 up to 1, for the length of pauses. */
  readonly random: () => number;
}

/** How long a call may take where nobody says otherwise, in milliseconds. */
export const DEADLINE_MS = 15_000;
const SAFE_TRIES = 3;
/** Enough that the pauses, on an average, fill the deadline. */
const THROTTLED_TRIES = 6;

/** How calls are sent through this client, which must not repeat any itself. */
export function callerOf<Client>(client: Client, { deadlineMs, random }: CallTimes): Call<Client> {
  return async (kind, repetition, { signal }, send) => {
    const deadline = AbortSignal.timeout(deadlineMs);
    const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
    let throttled: CognitoError | undefined;
    let isClockSet = false;
    for (let tries = 1; ; tries += 1) {
      try {
        return await unlessStopped(stop, () => send(client, stop));
      } catch (error) {
        if (signal?.aborted) throw new CognitoError('aborted');
        // What the service said last tells more than that the time is up.
        if (deadline.aborted) throw throttled ?? new CognitoError('timeout');
        if (!isClockSet && isClockCorrected(error)) {
          isClockSet = true;
          continue;
        }
        const failure = classify(error, kind);
        throttled = failure.code === 'too-many-requests' ? failure : undefined;
        const mostTries = throttled ? THROTTLED_TRIES : repetition === 'safe' && failure.retryable ? SAFE_TRIES : 1;
        if (tries >= mostTries) throw failure;
      }
      await pause(backOff(tries, random()), stop);
    }
  };
}

/** Waits for `act`, but no longer than the signal lets it: the SDK may go on reading an answer that trickles in. */
function unlessStopped<T>(stop: AbortSignal, act: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onStop = () => {
      reject(new CognitoError('aborted'));
    };
    if (stop.aborted) {
      onStop();
      return;
    }
    stop.addEventListener('abort', onStop, { once: true });
    act()
      .then(resolve, reject)
      .finally(() => {
        stop.removeEventListener('abort', onStop);
      });
  });
}
