import { z } from 'zod';

import type { Pool } from '../context.js';
import type { AppClient } from '../settings.js';
import type { User } from '../state.js';
import type { TokenChanges } from '../tokens.js';
import { USER_SCOPE } from '../tokens.js';
import { userAttributesOf } from './event.js';
import { runTrigger } from './run.js';
import type { TriggerResponse } from './triggers.js';

const Version = z.object({ LambdaVersion: z.enum(['V1_0', 'V2_0', 'V3_0']) });
const NUMBER = { V1_0: '1', V2_0: '2', V3_0: '3' } as const;

/** For whom tokens are made, and when. */
export interface Occasion {
  readonly user: User;
  readonly client: AppClient;
  /** Which event it is. */
  readonly source: `TokenGeneration_${string}`;
  readonly clientMetadata: Readonly<Record<string, string>>;
}

/** What the PreTokenGeneration trigger changes in the tokens. */
export async function tokenChanges(
  pool: Pool,
  { user, client, source, clientMetadata }: Occasion,
): Promise<TokenChanges> {
  const config = pool.store.settings.pool.LambdaConfig['PreTokenGenerationConfig'];
  const version = NUMBER[Version.safeParse(config).data?.LambdaVersion ?? 'V1_0'];
  const response = await runTrigger(pool, 'PreTokenGeneration', {
    version,
    source,
    userName: user.username,
    clientId: client.id,
    request: {
      userAttributes: userAttributesOf(user),
      groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
      clientMetadata,
      ...(version !== '1' && { scopes: [USER_SCOPE] }),
    },
    response: version === '1' ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  });
  return response ? changesOf(version, response) : NO_CHANGES;
}

const NO_CHANGES: TokenChanges = {
  id: { add: {}, suppress: [] },
  access: { add: {}, suppress: [], addScopes: [], suppressScopes: [] },
};

/** The two forms of the answer as one. A version 1 function changes the ID token alone, but groups in both. */
function changesOf(version: string, response: TriggerResponse<'PreTokenGeneration'>): TokenChanges {
  const both = version === '1' ? undefined : response.claimsAndScopeOverrideDetails;
  const old = version === '1' ? response.claimsOverrideDetails : undefined;
  const id = both?.idTokenGeneration ?? old;
  const access = both?.accessTokenGeneration;
  const groups = (both ?? old)?.groupOverrideDetails;
  const groupClaims = groups?.groupsToOverride ? { 'cognito:groups': groups.groupsToOverride } : {};
  const roleClaims = {
    ...(groups?.iamRolesToOverride && { 'cognito:roles': groups.iamRolesToOverride }),
    ...(typeof groups?.preferredRole === 'string' && { 'cognito:preferred_role': groups.preferredRole }),
  };
  return {
    id: { add: { ...groupClaims, ...roleClaims, ...id?.claimsToAddOrOverride }, suppress: id?.claimsToSuppress ?? [] },
    access: {
      add: { ...groupClaims, ...access?.claimsToAddOrOverride },
      suppress: access?.claimsToSuppress ?? [],
      addScopes: access?.scopesToAdd ?? [],
      suppressScopes: access?.scopesToSuppress ?? [],
    },
  };
}
