import { MAX_PASSKEYS } from '../config.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { insistsOnMfa } from '../mfa/methods.js';
import type { User } from '../state.js';

/** What a passkey of this pool is for, and what it must show. */
export interface RelyingParty {
  readonly rpId: string;
  readonly userVerification: 'preferred' | 'required';
}

/** Throws WebAuthnConfigurationMissingException when the pool has no relying party ID. */
export function requireRelyingParty({ config }: Pick<Pool, 'config'>): RelyingParty {
  const { rpId, userVerification } = config;
  if (rpId === undefined)
    throw new ServiceError('WebAuthnConfigurationMissingException', 'The user pool has no relying party ID.');
  return { rpId, userVerification };
}

/** Throws WebAuthnNotEnabledException when passkeys are off, LimitExceededException when the user has no room for one. */
export function checkMayEnrol(pool: Pool, user: User): void {
  if (!pool.config.firstFactors.includes('WEB_AUTHN'))
    throw new ServiceError('WebAuthnNotEnabledException', 'Passkeys are not enabled for this user pool.');
  // One passkey alone would let nobody in where everybody needs two factors.
  const { FactorConfiguration } = pool.store.settings.mfa.WebAuthnConfiguration;
  if (insistsOnMfa(pool) && FactorConfiguration === 'SINGLE_FACTOR')
    throw new ServiceError('WebAuthnNotEnabledException', 'Passkeys are not configured for MFA in this user pool.');
  if (user.passkeys.length >= MAX_PASSKEYS)
    throw new ServiceError('LimitExceededException', `A user can have at most ${MAX_PASSKEYS} passkeys.`);
}
