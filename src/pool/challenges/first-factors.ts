import type { Pool } from '../context.js';
import { needsSecondFactor, passkeyIsBoth } from '../mfa/methods.js';
import type { FirstChallenge } from '../sessions.js';
import type { FirstFactor } from '../settings.js';
import type { User } from '../state.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';
import { beginCode } from './begin-code.js';
import { beginSrp } from './begin-srp.js';
import { beginPassword } from './password.js';
import { simulateUser } from './simulated-user.js';
import { beginWebAuthn } from './web-authn.js';

type Parameters = Readonly<Record<string, string>>;

const begin: Record<FirstChallenge, (pool: Pool, claimant: Claimant, parameters: Parameters) => Promise<AuthAnswer>> = {
  PASSWORD: beginPassword,
  PASSWORD_SRP: beginSrp,
  WEB_AUTHN: beginWebAuthn,
  EMAIL_OTP: (pool, claimant) => beginCode(pool, claimant, 'EMAIL_OTP'),
  SMS_OTP: (pool, claimant) => beginCode(pool, claimant, 'SMS_OTP'),
};

export const beginFactor = (
  pool: Pool,
  claimant: Claimant,
  factor: FirstChallenge,
  parameters: Parameters,
): Promise<AuthAnswer> => begin[factor](pool, claimant, parameters);

/** The first factors the pool allows and this user has set up, in the pool's order; a password in both its ways. */
export function factorsOf(pool: Pool, { user, username }: Claimant): FirstChallenge[] {
  const has = user ? factsOf(pool, user) : seemingFactsOf(pool, username);
  return pool.config.firstFactors
    .filter((factor) => has[factor])
    .flatMap((factor) => (factor === 'PASSWORD' ? ['PASSWORD', 'PASSWORD_SRP'] : [factor]));
}

/** SELECT_CHALLENGE: the list to choose from. Also the answer to a preference that cannot be met; never an error. */
export function offerFactors(pool: Pool, claimant: Claimant, offered: readonly FirstChallenge[]): AuthAnswer {
  return { ...challenge(pool, claimant, { name: 'SELECT_CHALLENGE', offered }), AvailableChallenges: offered };
}

function factsOf(pool: Pool, user: User): Record<FirstFactor, boolean> {
  // Whoever holds a temporary password has to replace it first.
  const settled = user.status !== 'FORCE_CHANGE_PASSWORD';
  // A code cannot come first where another factor must follow, and a passkey only if it counts for both.
  const alone = settled && !needsSecondFactor(pool, user);
  const hasPasskey = user.passkeys.some(({ rpId }) => rpId === pool.config.rpId);
  return {
    PASSWORD: user.password !== null,
    WEB_AUTHN: hasPasskey && (alone || (settled && passkeyIsBoth(pool, user))),
    EMAIL_OTP: alone && user.attributes['email'] !== undefined,
    SMS_OTP: alone && user.attributes['phone_number'] !== undefined,
  };
}

function seemingFactsOf(pool: Pool, username: string): Record<FirstFactor, boolean> {
  const { hasPasskey, hasEmail, hasPhone } = simulateUser(pool.config, username);
  return {
    PASSWORD: true,
    WEB_AUTHN: hasPasskey && pool.config.rpId !== undefined,
    EMAIL_OTP: hasEmail,
    SMS_OTP: hasPhone,
  };
}
