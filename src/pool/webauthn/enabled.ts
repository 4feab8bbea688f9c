import { MAX_PASSKEYS } from '../config.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import type { User } from '../state.js';

/** Throws WebAuthnNotEnabledException when passkeys are off, LimitExceededException when the user has no room for one. */
export function checkMayEnrol(pool: Pool, user: User): void {
  if (!pool.config.firstFactors.includes('WEB_AUTHN'))
    throw new ServiceError('WebAuthnNotEnabledException', 'Passkeys are not enabled for this user pool.');
  if (user.passkeys.length >= MAX_PASSKEYS)
    throw new ServiceError('LimitExceededException', `A user can have at most ${MAX_PASSKEYS} passkeys.`);
}
