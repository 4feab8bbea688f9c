import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

import { classify } from './classify.js';
import type { CallKind } from './error-names.js';
import { CognitoError } from './errors.js';
import { backOff, pause } from './pause.js';
import type { ReadDocument, TokenVerifier } from './token-verifier.js';
import { tokenVerifier } from './token-verifier.js';

export interface UserPoolSettings {
  readonly region: string;
  readonly userPoolId: string;
  readonly clientId: string;
  /** Where the pool is, if not at AWS: the local pool's address. */
  readonly endpoint?: string | undefined;
  /** How long a call may take, its repetitions included, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** The clock, milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1, for the length of pauses. */
  readonly random?: (() => number) | undefined;
  /** How requests are carried; the SDK's own way without it. */
  readonly requestHandler?: CognitoIdentityProviderClientConfig['requestHandler'];
  /** How the pool's public keys are fetched; `fetch` without it. */
  readonly readDocument?: ReadDocument | undefined;
}

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
 * would have had to anyway.
 */
type Repetition = 'once' | 'safe';

/** A way to one app client of one user pool. Holds no secret and no state of a user. */
export interface Connection {
  readonly clientId: string;
  readonly userPoolId: string;
  readonly now: () => number;
  /** Tells tokens of this pool from others. */
  readonly verifyToken: TokenVerifier;
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
/** Enough that the pauses, on an average, fill the deadline. */
const THROTTLED_TRIES = 6;

/** Opens a connection; nothing is sent yet. */
export function connect(settings: UserPoolSettings): Connection {
  const { region, userPoolId, clientId, requestHandler, readDocument } = settings;
  const { deadlineMs = DEADLINE_MS, now = Date.now, random = Math.random } = settings;
  const endpoint = settings.endpoint ?? `https://cognito-idp.${region}.amazonaws.com`;
  const client = new CognitoIdentityProviderClient({
    region,
    ...(settings.endpoint !== undefined && { endpoint }),
    ...(requestHandler !== undefined && { requestHandler }),
    // Repetition is decided here, call by call: the SDK would resend an answer to a challenge, whose session is spent.
    maxAttempts: 1,
  });
  return {
    clientId,
    userPoolId,
    now,
    verifyToken: tokenVerifier({ endpoint, userPoolId, clientId, now, readDocument, deadlineMs }),
    call: async (kind, repetition, { signal }, send) => {
      const deadline = AbortSignal.timeout(deadlineMs);
      const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
      let throttled: CognitoError | undefined;
      for (let tries = 1; ; tries += 1) {
        try {
          return await unlessStopped(stop, () => send(client, stop));
        } catch (error) {
          if (signal?.aborted) throw new CognitoError('aborted');
          // What the service said last tells more than that the time is up.
          if (deadline.aborted) throw throttled ?? new CognitoError('timeout');
          const failure = classify(error, kind);
          throttled = failure.code === 'too-many-requests' ? failure : undefined;
          const mostTries = throttled ? THROTTLED_TRIES : repetition === 'safe' && failure.retryable ? SAFE_TRIES : 1;
          if (tries >= mostTries) throw failure;
        }
        await pause(backOff(tries, random()), stop);
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
