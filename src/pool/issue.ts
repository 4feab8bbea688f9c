import { acrClaims } from './acr.js';
import type { Pool } from './context.js';
import type { Occasion } from './lambda/pre-token-generation.js';
import { tokenChanges } from './lambda/pre-token-generation.js';
import { lifetimesOf } from './settings.js';
import type { Grant } from './state.js';
import type { AuthenticationResult } from './tokens.js';

/** ID and access tokens of a grant, as PreTokenGeneration lets them be. */
export async function issueTokens(pool: Pool, occasion: Occasion & { grant: Grant }): Promise<AuthenticationResult> {
  const { user, client, grant } = occasion;
  return pool.tokens.sign({
    user,
    clientId: client.id,
    grantId: grant.id,
    authTime: grant.authTime,
    lifetimes: lifetimesOf(client),
    proofs: acrClaims(pool, grant.amr),
    changes: await tokenChanges(pool, occasion),
  });
}
