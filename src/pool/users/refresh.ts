import type { AuthenticationResult } from '../challenges/answer.js';
import type { Pool } from '../context.js';
import { notAuthorized } from '../errors.js';
import { refreshTokenHash } from '../tokens.js';

/** New ID and access tokens for a refresh token, which stays as it is. `auth_time` stays too. Throws NotAuthorizedException. */
export async function refresh(pool: Pool, refreshToken: string, clientId: string): Promise<AuthenticationResult> {
  const grant = pool.store.grantOfRefreshToken(refreshTokenHash(refreshToken));
  const user = grant && pool.store.userBySub(grant.sub);
  if (!user || grant.clientId !== clientId) throw notAuthorized('Invalid Refresh Token');
  if (grant.revoked) throw notAuthorized('Refresh Token has been revoked');
  if (pool.now() >= grant.expiresAt) throw notAuthorized('Refresh Token has expired');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return pool.tokens.sign({ user, clientId, grantId: grant.id, authTime: grant.authTime });
}
