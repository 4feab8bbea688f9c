import { z } from 'zod';

import { ClientId, Token } from '../input.js';
import { callingClient, openOperation } from '../operation.js';
import { refresh } from '../users/refresh.js';

const Input = z.object({ ClientId, RefreshToken: Token, ClientSecret: z.string().optional() });

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html */
export const getTokensFromRefreshToken = openOperation(Input, async (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.ClientSecret);
  return { AuthenticationResult: await refresh(pool, input.RefreshToken, client) };
});
