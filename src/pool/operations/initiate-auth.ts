import { z } from 'zod';

import { AuthInput, beginSignIn } from '../challenges/begin-sign-in.js';
import { ClientId } from '../input.js';
import { callingClient, openOperation } from '../operation.js';

const Input = z.object({ ClientId, ...AuthInput });

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
export const initiateAuth = openOperation(Input, (pool, input) =>
  beginSignIn(pool, callingClient(pool, input.ClientId, input.AuthParameters['SECRET_HASH']), input, 'client'),
);
