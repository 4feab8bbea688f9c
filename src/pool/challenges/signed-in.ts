import { randomUUID } from 'node:crypto';

import type { Pool } from '../context.js';
import { issueTokens } from '../issue.js';
import { userAttributesOf } from '../lambda/event.js';
import { runTrigger } from '../lambda/run.js';
import { requireClient } from '../operation.js';
import type { Proof } from '../sessions.js';
import { lifetimesOf } from '../settings.js';
import type { User } from '../state.js';
import { newRefreshToken, refreshTokenHash } from '../tokens.js';
import type { AuthAnswer, Claimant } from './answer.js';

/**
 * Signs the user in, once PostAuthentication has run: a new grant, and the tokens that come with it.
 *
 * @param source which PreTokenGeneration event it is
 */
export async function signedIn(
  pool: Pool,
  claimant: Claimant,
  user: User,
  source: `TokenGeneration_${string}` = 'TokenGeneration_Authentication',
): Promise<AuthAnswer> {
  const { clientId, clientMetadata } = claimant;
  await runTrigger(pool, 'PostAuthentication', {
    source: 'PostAuthentication_Authentication',
    userName: user.username,
    clientId,
    request: { userAttributes: userAttributesOf(user), newDeviceUsed: false, clientMetadata },
    response: {},
  });
  const now = pool.now();
  const client = requireClient(pool, clientId);
  const RefreshToken = newRefreshToken();
  const grant = {
    id: randomUUID(),
    sub: user.sub,
    clientId,
    refreshHash: refreshTokenHash(RefreshToken),
    retired: [],
    authTime: now,
    amr: amrOf(claimant.proofs),
    expiresAt: now + lifetimesOf(client).refreshToken,
    revoked: false,
  };
  const tokens = await issueTokens(pool, { user, client, grant, source, clientMetadata });
  pool.store.forgetGrantsBefore(now);
  pool.store.addGrant(grant);
  return { ChallengeParameters: {}, AuthenticationResult: { ...tokens, RefreshToken } };
}

/** Each proof once; two of different kinds are multi-factor authentication. */
function amrOf(proofs: readonly Proof[]): Proof[] {
  const different = new Set(proofs);
  if (different.size > 1) different.add('mfa');
  return [...different];
}
