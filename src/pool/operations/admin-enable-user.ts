import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html */
export const adminEnableUser = adminOperation({ Username }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  Object.assign(user, { enabled: true, modifiedAt: pool.now() });
  pool.store.touch(user);
  return {};
});
