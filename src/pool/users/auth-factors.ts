import { mfaOf } from '../mfa/preference.js';
import type { User } from '../state.js';

/** What the user has set up: yes or no, no count and no ids. */
export function configuredFactors(user: User): string[] {
  const configured = [
    user.password !== null && 'PASSWORD',
    user.passkeys.length > 0 && 'WEB_AUTHN',
    user.attributes['email_verified'] === 'true' && 'EMAIL_OTP',
    user.attributes['phone_number_verified'] === 'true' && 'SMS_OTP',
    user.softwareToken !== null && 'SOFTWARE_TOKEN',
  ];
  return configured.filter((factor) => factor !== false);
}

/** The answer of the two GetUserAuthFactors operations. */
export const authFactorsOf = (user: User): object => ({
  Username: user.username,
  ConfiguredUserAuthFactors: configuredFactors(user),
  ...mfaOf(user),
});
