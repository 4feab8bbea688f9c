import { PreferenceInput, setPreference } from '../mfa/preference.js';
import { userOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html */
export const setUserMfaPreference = userOperation(PreferenceInput, (pool, input, { user }) => {
  setPreference(pool, user, input);
  return {};
});
