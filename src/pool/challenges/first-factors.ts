import type { Pool } from '../context.js';
import type { FirstFactor } from '../settings.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';
import { beginEmailOtp } from './email-otp.js';
import { beginPassword } from './password.js';
import { simulateUser } from './simulated-user.js';
import { beginWebAuthn } from './web-authn.js';

type Parameters = Readonly<Record<string, string>>;

const begin: Record<FirstFactor, (pool: Pool, claimant: Claimant, parameters: Parameters) => Promise<AuthAnswer>> = {
  PASSWORD: beginPassword,
  WEB_AUTHN: beginWebAuthn,
  EMAIL_OTP: beginEmailOtp,
};

export const beginFactor = (
  pool: Pool,
  claimant: Claimant,
  factor: FirstFactor,
  parameters: Parameters,
): Promise<AuthAnswer> => begin[factor](pool, claimant, parameters);

/** The first factors the pool allows and this user has set up, in the pool's order. */
export function factorsOf(pool: Pool, { user, username }: Claimant): FirstFactor[] {
  const has = user ? factsOf(pool, user) : seemingFactsOf(pool, username);
  return pool.config.firstFactors.filter((factor) => has[factor]);
}

/** SELECT_CHALLENGE: the list to choose from. Also the answer to a preference that cannot be met; never an error. */
export function offerFactors(pool: Pool, claimant: Claimant, offered: readonly FirstFactor[]): AuthAnswer {
  return { ...challenge(pool, claimant, { name: 'SELECT_CHALLENGE', offered }), AvailableChallenges: offered };
}

function factsOf(pool: Pool, user: NonNullable<Claimant['user']>): Record<FirstFactor, boolean> {
  // Whoever holds a temporary password has to replace it first.
  const settled = user.status !== 'FORCE_CHANGE_PASSWORD';
  return {
    PASSWORD: user.password !== null,
    WEB_AUTHN: settled && user.passkeys.some(({ rpId }) => rpId === pool.config.rpId),
    EMAIL_OTP: settled && user.attributes['email'] !== undefined,
  };
}

function seemingFactsOf(pool: Pool, username: string): Record<FirstFactor, boolean> {
  const { hasPasskey, hasEmail } = simulateUser(pool.config, username);
  return { PASSWORD: true, WEB_AUTHN: hasPasskey && pool.config.rpId !== undefined, EMAIL_OTP: hasEmail };
}
