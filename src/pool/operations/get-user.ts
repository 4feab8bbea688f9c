import { mfaOf } from '../mfa/preference.js';
import { userOperation } from '../operation.js';
import { listAttributes } from '../users/attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html */
export const getUser = userOperation({}, (_pool, _input, { user }) => ({
  Username: user.username,
  UserAttributes: listAttributes(user),
  ...mfaOf(user),
}));
