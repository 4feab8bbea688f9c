import type { Pool } from '../context.js';
import type { MfaMethod, User } from '../state.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';
import { beginCode } from './begin-code.js';

/** Codes may be mistyped twice. */
const TRIES = 3;

/** Asks for one second factor. */
export async function beginMfa(pool: Pool, claimant: Claimant, user: User, method: MfaMethod): Promise<AuthAnswer> {
  if (method !== 'SOFTWARE_TOKEN_MFA') return beginCode(pool, claimant, method);
  return challenge(
    pool,
    claimant,
    { name: method, triesLeft: TRIES },
    { FRIENDLY_DEVICE_NAME: user.softwareToken?.name ?? '', USER_ID_FOR_SRP: user.username },
  );
}
