import { userOperation } from '../operation.js';
import { authFactorsOf } from '../users/auth-factors.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html */
export const getUserAuthFactors = userOperation({}, (_pool, _input, { user }) => authFactorsOf(user));
