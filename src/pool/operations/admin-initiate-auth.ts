import { AuthInput, beginSignIn } from '../challenges/begin-sign-in.js';
import { ClientId } from '../input.js';
import { adminOperation, callingClient } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html */
export const adminInitiateAuth = adminOperation({ ClientId, ...AuthInput }, (pool, input) =>
  beginSignIn(pool, callingClient(pool, input.ClientId, input.AuthParameters['SECRET_HASH']), input, 'administrator'),
);
