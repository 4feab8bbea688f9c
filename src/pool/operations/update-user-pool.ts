import { checkFirstFactors, checkMfaChange, checkPasskeysWithMfa } from '../administration/pool-rules.js';
import { checkTierChange, checkTierHas } from '../administration/tiers.js';
import { adminOperation } from '../operation.js';
import type { MfaSettings } from '../settings.js';
import { MfaConfiguration, UserPoolSettings, UserPoolTier } from '../settings.js';

/**
 * Replaces the pool's settings: what is left out goes back to its default, triggers and the sign-in policy with it, as
 * documented. Kept are the tier (documented too), MFA (measured at the service) and the name, which has no default. The
 * service has been seen to keep Policies as well; who counts on neither is right with both.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
export const updateUserPool = adminOperation(
  {
    ...UserPoolSettings.shape,
    UserPoolTier: UserPoolTier.optional(),
    MfaConfiguration: MfaConfiguration.optional(),
  },
  ({ store, now }, { MfaConfiguration: wanted, ...input }) => {
    const before = store.settings;
    const next = {
      ...before,
      pool: {
        ...input,
        PoolName: input.PoolName ?? before.pool.PoolName,
        UserPoolTier: input.UserPoolTier ?? before.pool.UserPoolTier,
      },
      mfa: wanted === undefined ? before.mfa : withMfa(before.mfa, wanted),
      modifiedAt: now(),
    };
    checkFirstFactors(next.pool);
    checkTierHas(next.pool.UserPoolTier, { pool: next.pool });
    checkTierChange(next.pool.UserPoolTier, next);
    if (wanted !== undefined) checkMfaChange(before.mfa, wanted);
    checkPasskeysWithMfa(next);
    store.setSettings(next);
    return {};
  },
);

/** Where MFA is turned off no method of it stays configured; so much is known only of SetUserPoolMfaConfig. */
const withMfa = (before: MfaSettings, wanted: MfaSettings['MfaConfiguration']): MfaSettings =>
  wanted === 'OFF'
    ? { MfaConfiguration: wanted, WebAuthnConfiguration: before.WebAuthnConfiguration }
    : { ...before, MfaConfiguration: wanted };
