import { Username } from '../input.js';
import { PreferenceInput, setPreference } from '../mfa/preference.js';
import { adminOperation, requireUser } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html */
export const adminSetUserMfaPreference = adminOperation({ Username, ...PreferenceInput }, (pool, input) => {
  setPreference(pool, requireUser(pool, input.Username), input);
  return {};
});
