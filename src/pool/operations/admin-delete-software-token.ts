import { Username } from '../input.js';
import { forgetSoftwareToken } from '../mfa/software-token.js';
import { adminOperation, requireUser } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html */
export const adminDeleteSoftwareToken = adminOperation({ Username }, (pool, input) => {
  forgetSoftwareToken(pool, requireUser(pool, input.Username));
  return {};
});
