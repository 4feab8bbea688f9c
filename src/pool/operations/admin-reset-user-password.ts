import { NO_CLIENT } from '../config.js';
import { notAuthorized } from '../errors.js';
import { TextMap, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { sendResetCode } from '../users/recovery.js';

/**
 * Makes a user's password of no use until the user has replaced it, by the code that this sends.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html
 */
export const adminResetUserPassword = adminOperation(
  { Username, ClientMetadata: TextMap.default({}) },
  async (pool, input) => {
    const user = requireUser(pool, input.Username);
    if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED')
      throw notAuthorized('User password cannot be reset in the current state.');
    await sendResetCode(pool, user, { clientId: NO_CLIENT, clientMetadata: input.ClientMetadata });
    Object.assign(user, { status: 'RESET_REQUIRED', modifiedAt: pool.now() });
    pool.store.touch(user);
    return {};
  },
);
