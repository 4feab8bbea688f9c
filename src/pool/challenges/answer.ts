import type { Pool } from '../context.js';
import { requireClient } from '../operation.js';
import type { SignIn, Step, StepNamed } from '../sessions.js';
import { lifetimesOf } from '../settings.js';
import type { User } from '../state.js';
import type { AuthenticationResult } from '../tokens.js';

/** What the sign-in operations answer: tokens, or the next challenge. */
export type AuthAnswer =
  { ChallengeParameters: Record<string, string>; AuthenticationResult: AuthenticationResult } | Asked;

export interface Asked {
  ChallengeName: Step['name'];
  Session?: string;
  ChallengeParameters: Record<string, string>;
  AvailableChallenges?: readonly string[];
}

/** Who is signing in: the name as it was typed, and the user of that name, if there is one. */
export interface Claimant extends SignIn {
  readonly user: User | undefined;
  /** What the caller passed along for triggers. */
  readonly clientMetadata: Readonly<Record<string, string>>;
}

/** One answer to a challenge: the session it spends, by token and content, and the responses given. */
export interface Turn<N extends Step['name'] = Step['name']> {
  readonly token: string;
  readonly step: StepNamed<N>;
  readonly claimant: Claimant;
  readonly responses: Readonly<Record<string, string>>;
}

/** Opens a session for the next step and asks for it. */
export function challenge(
  pool: Pool,
  { username, user, clientId, flow, proofs, rounds, target }: Claimant,
  step: Step,
  parameters: Record<string, string> = {},
): Asked & { Session: string } {
  const lifetime = lifetimesOf(requireClient(pool, clientId)).session;
  const sub = user?.sub ?? null;
  const Session = pool.sessions.open({ username, sub, clientId, flow, proofs, rounds, target, step }, lifetime);
  return { ChallengeName: step.name, Session, ChallengeParameters: parameters };
}
