import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html */
export const adminUserGlobalSignOut = adminOperation({ Username }, (pool, input) => {
  pool.store.revokeAllOf(requireUser(pool, input.Username));
  return {};
});
