import type { Connection } from '../../cognito/connection.js';
import { CognitoError } from '../../cognito/errors.js';
import type { Station } from '../../shared/station.js';
import { AttemptOver } from './revocations.js';

type Pool = NonNullable<Station['pool']>;

/** Has a pool revoke a refresh token, and with it the tokens that came from it. Rejects with CognitoError. */
export type RevokeAtPool = (pool: Pool, refreshToken: string, signal: AbortSignal) => Promise<void>;

/** Unsigned: it takes the app client and the token, no credentials of AWS. One connection serves for all tokens of a pool. */
export function revokerAtPools(): RevokeAtPool {
  let last: { readonly to: string; readonly connection: Connection } | undefined;
  return async (pool, refreshToken, signal) => {
    // A desk or helpdesk never comes here: the client of the service is loaded when somebody has tapped out.
    const [{ connect }, { signOut }] = await Promise.all([
      import('../../cognito/connection.js'),
      import('../../cognito/account.js'),
    ]);
    const to = JSON.stringify(pool);
    if (last?.to !== to) last = { to, connection: connect(pool) };
    try {
      await signOut(last.connection, { accessToken: '', refreshToken }, { signal });
    } catch (error) {
      // What has ended already, perhaps from elsewhere, needs no revocation.
      if (!(error instanceof CognitoError) || error.code !== 'signed-out') throw error;
    }
  };
}

/** Whether the pool may say something else later. */
export function isPassing(error: unknown): boolean {
  return (
    error instanceof AttemptOver || (error instanceof CognitoError && (error.retryable || error.code === 'aborted'))
  );
}
