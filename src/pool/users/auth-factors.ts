import { mfaOf } from '../mfa/preference.js';
import type { User } from '../state.js';

/** What the user has set up, as the two GetUserAuthFactors operations tell it: yes or no, no count and no ids. */
export function authFactorsOf(user: User): object {
  const configured = [
    user.password !== null && 'PASSWORD',
    user.passkeys.length > 0 && 'WEB_AUTHN',
    user.attributes['email_verified'] === 'true' && 'EMAIL_OTP',
    user.attributes['phone_number_verified'] === 'true' && 'SMS_OTP',
    user.softwareToken !== null && 'SOFTWARE_TOKEN',
  ];
  return {
    Username: user.username,
    ConfiguredUserAuthFactors: configured.filter((factor) => factor !== false),
    ...mfaOf(user),
  };
}
