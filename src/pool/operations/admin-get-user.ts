import { Username } from '../input.js';
import { mfaOf } from '../mfa/preference.js';
import { adminOperation, requireUser } from '../operation.js';
import { listAttributes } from '../users/attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html */
export const adminGetUser = adminOperation({ Username }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  return {
    Username: user.username,
    UserAttributes: listAttributes(user),
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Enabled: user.enabled,
    UserStatus: user.status,
    ...mfaOf(user),
  };
});
