import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter } from '../errors.js';
import type { MfaMethod, User } from '../state.js';
import { canUse, poolMethods } from './methods.js';

const Preference = z.object({ Enabled: z.boolean().default(false), PreferredMfa: z.boolean().default(false) });

/** What SetUserMFAPreference and AdminSetUserMFAPreference have in common. */
export const PreferenceInput = {
  SMSMfaSettings: Preference.optional(),
  SoftwareTokenMfaSettings: Preference.optional(),
  EmailMfaSettings: Preference.optional(),
  WebAuthnMfaSettings: z.object({ Enabled: z.boolean().default(false) }).optional(),
};
type PreferenceInput = z.output<z.ZodObject<typeof PreferenceInput>>;

const MEMBER = {
  SMS_MFA: 'SMSMfaSettings',
  SOFTWARE_TOKEN_MFA: 'SoftwareTokenMfaSettings',
  EMAIL_OTP: 'EmailMfaSettings',
} as const satisfies Record<MfaMethod, keyof PreferenceInput>;

/**
 * Turns a user's second factors on and off, and says which is asked for first; factors that are not named stay as they
 * are. Throws InvalidParameterException, and then nothing has changed.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html
 */
export function setPreference(pool: Pool, user: User, input: PreferenceInput): void {
  const enabled = new Set(user.mfa.enabled);
  let { preferred } = user.mfa;
  const named = (Object.keys(MEMBER) as MfaMethod[]).filter((method) => input[MEMBER[method]] !== undefined);
  if (named.filter((method) => input[MEMBER[method]]?.PreferredMfa === true).length > 1)
    throw invalidParameter('Only one MFA method can be preferred.');
  for (const method of named) {
    const { Enabled = false, PreferredMfa = false } = input[MEMBER[method]] ?? {};
    if (PreferredMfa && !Enabled) throw invalidParameter('An MFA method that is not enabled cannot be preferred.');
    if (Enabled) checkAvailable(pool, user, method);
    if (Enabled) enabled.add(method);
    else enabled.delete(method);
    if (PreferredMfa) preferred = method;
    else if (preferred === method) preferred = null;
  }
  const webAuthn = input.WebAuthnMfaSettings?.Enabled ?? user.mfa.webAuthn;
  const { FactorConfiguration } = pool.store.settings.mfa.WebAuthnConfiguration;
  if (input.WebAuthnMfaSettings?.Enabled === true && FactorConfiguration !== 'MULTI_FACTOR_WITH_USER_VERIFICATION')
    throw invalidParameter('Passkeys are not configured for MFA in this user pool.');
  // Else a user who loses the key would be locked out.
  if (webAuthn && enabled.size === 0)
    throw invalidParameter('Passkey MFA needs at least one other MFA method to be enabled.');
  user.mfa = { enabled: [...enabled], preferred, webAuthn };
  user.modifiedAt = pool.now();
  pool.store.touch(user);
}

function checkAvailable(pool: Pool, user: User, method: MfaMethod): void {
  if (!poolMethods(pool).includes(method)) throw invalidParameter(`${method} is not enabled for the user pool.`);
  if (canUse(user, method)) return;
  throw invalidParameter(
    method === 'SOFTWARE_TOKEN_MFA'
      ? 'User has not verified software token mfa'
      : `User does not have delivery config set to turn on ${method}`,
  );
}

/** A user's second factors as the API lists them; members are left out where there is nothing to say. */
export function mfaOf({ mfa }: User): { PreferredMfaSetting?: MfaMethod; UserMFASettingList?: MfaMethod[] } {
  return {
    ...(mfa.preferred && { PreferredMfaSetting: mfa.preferred }),
    ...(mfa.enabled.length > 0 && { UserMFASettingList: mfa.enabled }),
  };
}
