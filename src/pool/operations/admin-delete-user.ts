import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html */
export const adminDeleteUser = adminOperation({ Username }, (pool, input) => {
  pool.store.removeUser(requireUser(pool, input.Username));
  return {};
});
