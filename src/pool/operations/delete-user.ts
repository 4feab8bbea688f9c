import { userOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html */
export const deleteUser = userOperation({}, (pool, _input, { user }) => {
  pool.store.removeUser(user);
  return {};
});
