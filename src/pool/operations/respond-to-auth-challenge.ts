import { z } from 'zod';

import { answerChallenge, isChallengeName } from '../challenges/challenges.js';
import { invalidParameter, missingParameter, notAuthorized } from '../errors.js';
import { ClientId, SessionToken, TextMap } from '../input.js';
import { callingClient, openOperation } from '../operation.js';

const Input = z.object({
  ClientId,
  ChallengeName: z.string().min(1).max(64),
  Session: SessionToken.optional(),
  ChallengeResponses: TextMap.default({}),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html */
export const respondToAuthChallenge = openOperation(Input, async (pool, input) => {
  const { ClientId: clientId, ChallengeName: name, Session: token, ChallengeResponses: responses } = input;
  callingClient(pool, clientId, responses['SECRET_HASH']);
  if (!isChallengeName(name)) throw invalidParameter(`The local pool does not implement the challenge ${name}.`);
  if (token === undefined) throw missingParameter('Session');
  const username = responses['USERNAME'];
  if (username === undefined) throw missingParameter('USERNAME');
  const { sub, step } = pool.sessions.take(token, { clientId, username, name });
  const user = sub === null ? undefined : pool.store.userBySub(sub);
  if (user?.enabled === false) throw notAuthorized('User is disabled.');
  return answerChallenge(pool, name, { token, step, claimant: { username, user, clientId }, responses });
});
