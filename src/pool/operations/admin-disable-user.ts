import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/**
 * Bars the user from signing in, and revokes their tokens.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html
 */
export const adminDisableUser = adminOperation({ Username }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  Object.assign(user, { enabled: false, modifiedAt: pool.now() });
  pool.store.touch(user);
  pool.store.revokeAllOf(user);
  return {};
});
