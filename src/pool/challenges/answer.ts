import { randomUUID } from 'node:crypto';

import type { Pool } from '../context.js';
import { requireClient } from '../operation.js';
import type { Session, Step } from '../sessions.js';
import { lifetimesOf } from '../settings.js';
import type { User } from '../state.js';
import { newRefreshToken, refreshTokenHash } from '../tokens.js';

export interface AuthenticationResult {
  AccessToken: string;
  IdToken: string;
  ExpiresIn: number;
  TokenType: 'Bearer';
  RefreshToken?: string;
}

/** What InitiateAuth and RespondToAuthChallenge answer: tokens, or the next challenge. */
export type AuthAnswer =
  | { ChallengeParameters: Record<string, string>; AuthenticationResult: AuthenticationResult }
  | {
      ChallengeName: Step['name'];
      Session: string;
      ChallengeParameters: Record<string, string>;
      AvailableChallenges?: readonly string[];
    };

/** Who is signing in: the name as it was typed, and the user of that name, if there is one. */
export interface Claimant {
  readonly username: string;
  readonly user: User | undefined;
  readonly clientId: string;
}

/** One answer to a challenge: the session it spends, by token and content, and the responses given. */
export interface Turn<N extends Step['name'] = Step['name']> {
  readonly token: string;
  readonly step: Extract<Step, { name: N }>;
  readonly claimant: Claimant;
  readonly responses: Readonly<Record<string, string>>;
}

/** Opens a session for the next step and asks for it. */
export function challenge(
  pool: Pool,
  { username, user, clientId }: Claimant,
  step: Step,
  parameters: Record<string, string> = {},
): Extract<AuthAnswer, { Session: string }> {
  const session: Session = { username, sub: user?.sub ?? null, clientId, step };
  const lifetime = lifetimesOf(requireClient(pool, clientId)).session;
  return { ChallengeName: step.name, Session: pool.sessions.open(session, lifetime), ChallengeParameters: parameters };
}

/** Signs the user in: a new grant, and the tokens that come with it. */
export async function signedIn(pool: Pool, user: User, clientId: string): Promise<AuthAnswer> {
  const now = pool.now();
  const lifetimes = lifetimesOf(requireClient(pool, clientId));
  const RefreshToken = newRefreshToken();
  const grant = {
    id: randomUUID(),
    sub: user.sub,
    clientId,
    refreshHash: refreshTokenHash(RefreshToken),
    authTime: now,
    expiresAt: now + lifetimes.refreshToken,
    revoked: false,
  };
  const tokens = await pool.tokens.sign({ user, clientId, grantId: grant.id, authTime: now, lifetimes });
  pool.store.forgetGrantsBefore(now);
  pool.store.addGrant(grant);
  return { ChallengeParameters: {}, AuthenticationResult: { ...tokens, RefreshToken } };
}
