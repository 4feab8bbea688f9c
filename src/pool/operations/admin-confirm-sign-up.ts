import { NO_CLIENT } from '../config.js';
import { notAuthorized } from '../errors.js';
import { TextMap, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { setConfirmed } from '../users/confirmation.js';
import { postConfirmation } from '../users/post-confirmation.js';

/**
 * Confirms a sign-up without its code, which so proves no address.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html
 */
export const adminConfirmSignUp = adminOperation(
  { Username, ClientMetadata: TextMap.default({}) },
  async (pool, input) => {
    const user = requireUser(pool, input.Username);
    if (user.status !== 'UNCONFIRMED')
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    setConfirmed(pool, user);
    await postConfirmation(pool, user, 'PostConfirmation_ConfirmSignUp', NO_CLIENT, input.ClientMetadata);
    return {};
  },
);
