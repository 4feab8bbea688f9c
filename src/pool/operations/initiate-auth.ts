import { z } from 'zod';

import type { AuthAnswer, Claimant } from '../challenges/answer.js';
import { signedIn } from '../challenges/answer.js';
import { beginFactor, factorsOf, offerFactors } from '../challenges/first-factors.js';
import type { Pool } from '../context.js';
import { invalidParameter, missingParameter, notAuthorized, userNotFound } from '../errors.js';
import { ClientId, readInput, SessionToken, TextMap, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import type { AppClient } from '../settings.js';
import { refresh } from '../users/refresh.js';

const Flow = z.enum([
  'USER_AUTH',
  'REFRESH_TOKEN_AUTH',
  'REFRESH_TOKEN',
  'USER_SRP_AUTH',
  'USER_PASSWORD_AUTH',
  'CUSTOM_AUTH',
  'ADMIN_NO_SRP_AUTH',
  'ADMIN_USER_PASSWORD_AUTH',
]);

const Input = z.object({
  ClientId,
  AuthFlow: Flow,
  AuthParameters: TextMap.default({}),
  Session: SessionToken.optional(),
});

/** Step-up is answered by name, so that nobody takes a plain sign-in for one. */
const REFUSED_PARAMETERS = ['TARGET_ACR_VALUES', 'ACCESS_TOKEN', 'MAX_AGE'];

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
export const initiateAuth = openOperation(Input, async (pool, input) => {
  const parameters = input.AuthParameters;
  const client = callingClient(pool, input.ClientId, parameters['SECRET_HASH']);
  if (input.AuthFlow === 'USER_AUTH') return userAuth(pool, client, parameters, input.Session);
  if (input.AuthFlow === 'REFRESH_TOKEN_AUTH' || input.AuthFlow === 'REFRESH_TOKEN') {
    const token = parameters['REFRESH_TOKEN'];
    if (token === undefined) throw missingParameter('REFRESH_TOKEN');
    return { ChallengeParameters: {}, AuthenticationResult: await refresh(pool, token, client) };
  }
  if (input.AuthFlow.startsWith('ADMIN_')) throw invalidParameter('Initiate Auth method not supported.');
  throw invalidParameter(`${input.AuthFlow} flow not enabled for this client`);
});

async function userAuth(
  pool: Pool,
  client: AppClient,
  parameters: Record<string, string>,
  session: string | undefined,
): Promise<AuthAnswer> {
  const refused = REFUSED_PARAMETERS.find((name) => Object.hasOwn(parameters, name));
  if (refused !== undefined) throw invalidParameter(`The local pool does not implement the parameter ${refused}.`);
  if (parameters['USERNAME'] === undefined) throw missingParameter('USERNAME');
  const { USERNAME: username } = readInput(z.object({ USERNAME: Username }), parameters);
  const clientId = client.id;
  const user = pool.store.userNamed(username);
  if (!user && tellsWhoExists(client)) throw userNotFound();
  if (user?.enabled === false) throw notAuthorized('User is disabled.');
  if (session !== undefined) {
    const { sub } = pool.sessions.take(session, { clientId, username, name: 'SIGN_UP_CONFIRMED' });
    if (user?.sub !== sub) throw notAuthorized('Invalid session for the user.');
    return signedIn(pool, user, clientId);
  }
  const claimant: Claimant = { username, user, clientId };
  const offered = factorsOf(pool, claimant);
  const preferred = offered.find((factor) => factor === parameters['PREFERRED_CHALLENGE']);
  return preferred ? beginFactor(pool, claimant, preferred, parameters) : offerFactors(pool, claimant, offered);
}
