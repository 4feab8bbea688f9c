import type { Pool } from '../context.js';
import type { MfaMethod, User } from '../state.js';

/** The second factors that the pool offers. */
export function poolMethods(pool: Pick<Pool, 'store'>): MfaMethod[] {
  const { mfa } = pool.store.settings;
  if (mfa.MfaConfiguration === 'OFF') return [];
  const methods: (MfaMethod | false)[] = [
    mfa.SmsMfaConfiguration !== undefined && 'SMS_MFA',
    mfa.SoftwareTokenMfaConfiguration?.Enabled === true && 'SOFTWARE_TOKEN_MFA',
    mfa.EmailMfaConfiguration !== undefined && 'EMAIL_OTP',
  ];
  return methods.filter((method) => method !== false);
}

/** Whether the user has what a second factor needs: a number, an address, an app. */
export function canUse(user: User, method: MfaMethod): boolean {
  if (method === 'SMS_MFA') return user.attributes['phone_number'] !== undefined;
  if (method === 'EMAIL_OTP') return user.attributes['email'] !== undefined;
  return user.softwareToken !== null;
}

/**
 * The second factors that this user is asked for one of. Where the pool insists on one and the user has chosen none,
 * all that the user could use.
 */
export function methodsOf(pool: Pick<Pool, 'store'>, user: User): MfaMethod[] {
  const usable = poolMethods(pool).filter((method) => canUse(user, method));
  const chosen = usable.filter((method) => user.mfa.enabled.includes(method));
  return chosen.length === 0 && insistsOnMfa(pool) ? usable : chosen;
}

export const insistsOnMfa = (pool: Pick<Pool, 'store'>): boolean => pool.store.settings.mfa.MfaConfiguration === 'ON';

/** Whether one factor does not let this user in. */
export const needsSecondFactor = (pool: Pick<Pool, 'store'>, user: User): boolean =>
  insistsOnMfa(pool) || methodsOf(pool, user).length > 0;

/**
 * Whether a passkey that verifies its user counts for both factors: where pool and user have it so.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_WebAuthnMfaSettingsType.html
 */
export const passkeyIsBoth = (pool: Pick<Pool, 'store'>, user: User): boolean =>
  user.mfa.webAuthn &&
  pool.store.settings.mfa.WebAuthnConfiguration.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION';
