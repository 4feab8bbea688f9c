import type { Pool } from '../context.js';
import { notAuthorized, ServiceError } from '../errors.js';
import { issueTokens } from '../issue.js';
import type { AppClient } from '../settings.js';
import type { Grant, User } from '../state.js';
import type { AuthenticationResult } from '../tokens.js';
import { newRefreshToken, refreshTokenHash } from '../tokens.js';

type Metadata = Readonly<Record<string, string>>;

/**
 * New ID and access tokens for a refresh token, which stays as it is. `auth_time` stays too. Throws NotAuthorized- or
 * RefreshTokenReuseException.
 */
export async function refresh(
  pool: Pool,
  refreshToken: string,
  client: AppClient,
  clientMetadata: Metadata,
): Promise<AuthenticationResult> {
  const { grant, user } = grantOf(pool, refreshToken, client);
  return renewed(pool, client, grant, user, clientMetadata);
}

/**
 * New tokens and, in their midst, a new refresh token, which ends when the first one would have. The old one serves as
 * long as the client's grace lasts, for who did not get the answer.
 */
export async function rotate(
  pool: Pool,
  refreshToken: string,
  client: AppClient,
  clientMetadata: Metadata,
): Promise<AuthenticationResult> {
  const { grant, user } = grantOf(pool, refreshToken, client);
  const tokens = await renewed(pool, client, grant, user, clientMetadata);
  // Looked up again: of two calls at the same time, the second is a retry or a reuse.
  grantOf(pool, refreshToken, client);
  const RefreshToken = newRefreshToken();
  const graceMs = (client.settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0) * 1000;
  pool.store.rotate(grant, refreshTokenHash(RefreshToken), pool.now() + graceMs);
  return { ...tokens, RefreshToken };
}

function grantOf(pool: Pool, refreshToken: string, client: AppClient): { grant: Grant; user: User } {
  const hash = refreshTokenHash(refreshToken);
  const grant = pool.store.grantOfRefreshToken(hash);
  const user = grant && pool.store.userBySub(grant.sub);
  if (!user || grant.clientId !== client.id) throw notAuthorized('Invalid Refresh Token');
  if (grant.revoked) throw notAuthorized('Refresh Token has been revoked');
  if (pool.now() >= grant.expiresAt) throw notAuthorized('Refresh Token has expired');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  const retired = grant.retired.find((one) => one.hash === hash);
  if (retired && pool.now() >= retired.until)
    throw new ServiceError('RefreshTokenReuseException', 'Refresh Token has been rotated and cannot be used again');
  return { grant, user };
}

const renewed = (pool: Pool, client: AppClient, grant: Grant, user: User, clientMetadata: Metadata) =>
  issueTokens(pool, { user, client, grant, source: 'TokenGeneration_RefreshTokens', clientMetadata });
