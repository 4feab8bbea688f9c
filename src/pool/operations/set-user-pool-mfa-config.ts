import { checkMfa } from '../administration/pool-rules.js';
import { checkTierHas } from '../administration/tiers.js';
import { adminOperation } from '../operation.js';
import { MfaSettings } from '../settings.js';

/**
 * Replaces the MFA and passkey settings as a whole: a relying party ID or FactorConfiguration that is left out is lost.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html
 */
export const setUserPoolMfaConfig = adminOperation(MfaSettings.shape, ({ store, now }, mfa) => {
  const { pool } = store.settings;
  checkTierHas(pool.UserPoolTier, { mfa });
  checkMfa(mfa, pool);
  store.setSettings({ ...store.settings, mfa, modifiedAt: now() });
  return mfa;
});
