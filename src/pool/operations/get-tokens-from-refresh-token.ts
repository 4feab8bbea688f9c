import { z } from 'zod';

import { ClientId, TextMap, Token } from '../input.js';
import { callingClient, openOperation } from '../operation.js';
import { refresh, rotate } from '../users/refresh.js';

const Input = z.object({
  ClientId,
  RefreshToken: Token,
  ClientSecret: z.string().optional(),
  ClientMetadata: TextMap.default({}),
});

/**
 * The one way to renew a sign-in where refresh tokens rotate, and one of two where they do not.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
 */
export const getTokensFromRefreshToken = openOperation(Input, async (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.ClientSecret);
  const renew = client.settings.RefreshTokenRotation?.Feature === 'ENABLED' ? rotate : refresh;
  return { AuthenticationResult: await renew(pool, input.RefreshToken, client, input.ClientMetadata) };
});
