import { DesiredPool } from '../../shared/desired-pool.js';
import type { PoolReport } from '../../shared/pool-check.js';
import type { CallOptions } from '../call.js';
import { CognitoError } from '../errors.js';
import { COGNITO_MESSAGES } from '../messages.js';
import { administer, type AdministrationSettings } from './administration.js';
import { checkPool } from './check-pool.js';
import { readPool } from './read-pool.js';

/** A pool as a station is connected to it. */
export type CheckedPool = AdministrationSettings & { readonly clientId: string; readonly rpId: string };

/**
 * The checklist of a pool, for the passkey domain that the station is set to and the defaults of the rest; or why it could
 * not be read. Changes nothing.
 */
export async function reportOnPool(pool: CheckedPool, options: CallOptions = {}): Promise<PoolReport> {
  try {
    const desired = DesiredPool.safeParse({ rpId: pool.rpId });
    // No pool can have such a domain.
    if (!desired.success) throw new CognitoError('passkey-relying-party-mismatch', { detail: pool.rpId });
    const snapshot = await readPool(administer(pool), { clientId: pool.clientId, ...options });
    return { isRead: true, findings: checkPool(snapshot, desired.data) };
  } catch (error) {
    if (!(error instanceof CognitoError)) throw error;
    const { message, detail } = error;
    return {
      isRead: false,
      ...COGNITO_MESSAGES[error.code],
      detail: detail === undefined ? message : `${message}: ${detail}`,
    };
  }
}
