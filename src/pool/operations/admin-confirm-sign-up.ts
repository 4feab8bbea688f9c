import { notAuthorized } from '../errors.js';
import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/**
 * Confirms a sign-up without its code, which so proves no address.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html
 */
export const adminConfirmSignUp = adminOperation({ Username }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  if (user.status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  Object.assign(user, { status: 'CONFIRMED', confirmation: null, modifiedAt: pool.now() });
  pool.store.touch(user);
  return {};
});
