import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter, missingParameter } from '../errors.js';
import { SessionToken, TextMap } from '../input.js';
import type { AppClient } from '../settings.js';
import { checkEnabled } from '../users/standing.js';
import type { AuthAnswer } from './answer.js';
import { sessionOfSecretBlock } from './begin-srp.js';
import { answerChallenge, isChallengeName } from './challenges.js';

/** What RespondToAuthChallenge and AdminRespondToAuthChallenge have in common. */
export const RespondInput = {
  ChallengeName: z.string().min(1).max(64),
  Session: SessionToken.optional(),
  ChallengeResponses: TextMap.default({}),
  ClientMetadata: TextMap.default({}),
};
type RespondInput = z.output<z.ZodObject<typeof RespondInput>>;

/** Takes an answer to a challenge, which spends the session. Throws as RespondToAuthChallenge does. */
export async function respond(pool: Pool, client: AppClient, input: RespondInput): Promise<AuthAnswer> {
  const { ChallengeName: name, ChallengeResponses: responses, ClientMetadata: clientMetadata } = input;
  if (!isChallengeName(name)) throw invalidParameter(`The local pool does not implement the challenge ${name}.`);
  const block = name === 'PASSWORD_VERIFIER' ? responses['PASSWORD_CLAIM_SECRET_BLOCK'] : undefined;
  const token = input.Session ?? (block === undefined ? undefined : sessionOfSecretBlock(block));
  if (token === undefined) throw missingParameter('Session');
  const { USERNAME } = responses;
  if (USERNAME === undefined) throw missingParameter('USERNAME');
  // Administrators name users by `sub` too.
  const username = pool.store.userBySub(USERNAME)?.username ?? USERNAME;
  const { step, sub, ...signIn } = pool.sessions.take(token, name, { clientId: client.id, username });
  const user = sub === null ? undefined : pool.store.userBySub(sub);
  checkEnabled(user);
  return answerChallenge(pool, name, { token, step, claimant: { ...signIn, user, clientMetadata }, responses });
}
