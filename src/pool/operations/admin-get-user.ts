import { Username } from '../input.js';
import { mfaOf } from '../mfa/preference.js';
import { adminOperation, requireUser } from '../operation.js';
import { listAttributes } from '../users/attributes.js';
import { standingOf } from '../users/describe-user.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html */
export const adminGetUser = adminOperation({ Username }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  return { Username: user.username, UserAttributes: listAttributes(user), ...standingOf(user), ...mfaOf(user) };
});
