import { z } from 'zod';

import { ServiceError } from '../errors.js';
import { ClientId, Token } from '../input.js';
import { callingClient, openOperation } from '../operation.js';
import { refreshTokenHash } from '../tokens.js';

const Input = z.object({ ClientId, Token, ClientSecret: z.string().optional() });

/**
 * Revokes a refresh token with the access tokens that came from it. A token nobody knows is no error (RFC 7009 §2.2).
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html
 */
export const revokeToken = openOperation(Input, (pool, input) => {
  callingClient(pool, input.ClientId, input.ClientSecret);
  if (/^[^.]+\.[^.]+\.[^.]+$/.test(input.Token))
    throw new ServiceError('UnsupportedTokenTypeException', 'Only refresh tokens can be revoked.');
  const grant = pool.store.grantOfRefreshToken(refreshTokenHash(input.Token));
  if (grant && grant.clientId !== input.ClientId)
    throw new ServiceError('UnauthorizedException', 'The token was not issued to this client.');
  if (grant) pool.store.revoke(grant);
  return {};
});
