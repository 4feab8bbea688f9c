import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

import type { Call } from './call.js';
import { callerOf, DEADLINE_MS } from './call.js';
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

/** A way to one app client of one user pool. Holds no secret and no state of a user. */
export interface Connection {
  readonly clientId: string;
  readonly userPoolId: string;
  readonly now: () => number;
  /** Tells tokens of this pool from others. */
  readonly verifyToken: TokenVerifier;
  readonly call: Call;
}

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
    verifyToken: tokenVerifier({ endpoint, userPoolId, clientId, readDocument, deadlineMs }),
    call: callerOf(client, { deadlineMs, random }),
  };
}
