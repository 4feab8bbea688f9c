import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

import { classify } from './classify.js';
import type { CallKind } from './error-names.js';
import { CognitoError } from './errors.js';

export interface UserPoolSettings {
  readonly region: string;
  readonly clientId: string;
  /** Where the pool is, if not at AWS: the local pool's address. */
  readonly endpoint?: string | undefined;
  /** How long a call may take, its repetitions included, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** The clock, milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** How requests are carried; the SDK's own way without it. */
  readonly requestHandler?: CognitoIdentityProviderClientConfig['requestHandler'];
}

export interface CallOptions {
  /** Ends the wait; the error is then `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How often a call may be sent. `once` is for everything that spends something: a session, a code, a try at the
 * password. `safe` is for reads: they are sent again when the network or the service fails for a moment.
 */
type Repetition = 'once' | 'safe';

/** A way to one app client of one user pool. Holds no secret and no state of a user. */
export interface Connection {
  readonly clientId: string;
  readonly now: () => number;
  /** Sends through `send`, which gets the SDK's client and a signal; every failure is thrown as a CognitoError. */
  call<T>(
    kind: CallKind,
    repetition: Repetition,
    options: CallOptions,
    send: (client: CognitoIdentityProviderClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

const DEADLINE_MS = 15_000;
const SAFE_TRIES = 3;
const FIRST_PAUSE_MS = 200;

/** Opens a connection; nothing is sent yet. */
export function connect(settings: UserPoolSettings): Connection {
  const { region, clientId, endpoint, requestHandler, deadlineMs = DEADLINE_MS, now = Date.now } = settings;
  const client = new CognitoIdentityProviderClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(requestHandler !== undefined && { requestHandler }),
    // Repetition is decided here, call by call: the SDK would resend an answer to a challenge, whose session is spent.
    maxAttempts: 1,
  });
  return {
    clientId,
    now,
    call: async (kind, repetition, { signal }, send) => {
      const deadline = AbortSignal.timeout(deadlineMs);
      const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
      for (let tries = 1; ; tries += 1) {
        try {
          return await unlessStopped(stop, () => send(client, stop));
        } catch (error) {
          if (signal?.aborted) throw new CognitoError('aborted');
          if (deadline.aborted) throw new CognitoError('timeout');
          const failure = classify(error, kind);
          if (repetition === 'once' || !failure.retryable || tries === SAFE_TRIES) throw failure;
        }
        await pause(FIRST_PAUSE_MS * 2 ** (tries - 1), stop);
      }
    },
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

/** Waits; a stop ends the wait early, and the next try then finds it. */
function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (stop.aborted) done();
    else stop.addEventListener('abort', done, { once: true });
  });
}
