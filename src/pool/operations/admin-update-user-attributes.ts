import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { AttributeList, readAttributes, setAttributes } from '../users/attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html */
export const adminUpdateUserAttributes = adminOperation({ Username, UserAttributes: AttributeList }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  setAttributes(user, readAttributes(input.UserAttributes, 'administrator'));
  user.modifiedAt = pool.now();
  pool.store.touch(user);
  return {};
});
