import type { AuthenticationResult } from '../challenges/answer.js';
import type { Pool } from '../context.js';
import { notAuthorized } from '../errors.js';
import type { AppClient } from '../settings.js';
import { lifetimesOf } from '../settings.js';
import { refreshTokenHash } from '../tokens.js';

/** New ID and access tokens for a refresh token, which stays as it is. `auth_time` stays too. Throws NotAuthorizedException. */
export async function refresh(pool: Pool, refreshToken: string, client: AppClient): Promise<AuthenticationResult> {
  const grant = pool.store.grantOfRefreshToken(refreshTokenHash(refreshToken));
  const user = grant && pool.store.userBySub(grant.sub);
  if (!user || grant.clientId !== client.id) throw notAuthorized('Invalid Refresh Token');
  if (grant.revoked) throw notAuthorized('Refresh Token has been revoked');
  if (pool.now() >= grant.expiresAt) throw notAuthorized('Refresh Token has expired');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  const { id: grantId, authTime } = grant;
  return pool.tokens.sign({ user, clientId: client.id, grantId, authTime, lifetimes: lifetimesOf(client) });
}
