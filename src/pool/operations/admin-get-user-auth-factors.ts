import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { authFactorsOf } from '../users/auth-factors.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUserAuthFactors.html */
export const adminGetUserAuthFactors = adminOperation({ Username }, (pool, input) =>
  authFactorsOf(requireUser(pool, input.Username)),
);
