import { userOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html */
export const globalSignOut = userOperation({}, (pool, _input, { user }) => {
  pool.store.revokeAllOf(user);
  return {};
});
