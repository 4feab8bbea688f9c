import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter, missingParameter, notAuthorized, userNotFound } from '../errors.js';
import { readInput, SessionToken, TextMap, Username } from '../input.js';
import { userAttributesOf } from '../lambda/event.js';
import { runTrigger } from '../lambda/run.js';
import { tellsWhoExists } from '../operation.js';
import type { Flow } from '../sessions.js';
import type { AppClient, ClientSettings } from '../settings.js';
import { refresh } from '../users/refresh.js';
import { checkEnabled } from '../users/standing.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { askVerifier } from './begin-srp.js';
import { beginCustom } from './custom-auth.js';
import { beginFactor, factorsOf, offerFactors } from './first-factors.js';
import { beginPassword } from './password.js';
import { proven } from './proven.js';
import { readStepUp } from './step-up.js';

/** What InitiateAuth and AdminInitiateAuth have in common. */
export const AuthInput = {
  AuthFlow: z.enum([
    'USER_AUTH',
    'REFRESH_TOKEN_AUTH',
    'REFRESH_TOKEN',
    'USER_SRP_AUTH',
    'USER_PASSWORD_AUTH',
    'CUSTOM_AUTH',
    'ADMIN_NO_SRP_AUTH',
    'ADMIN_USER_PASSWORD_AUTH',
  ]),
  AuthParameters: TextMap.default({}),
  ClientMetadata: TextMap.default({}),
  Session: SessionToken.optional(),
};
type AuthInput = z.output<z.ZodObject<typeof AuthInput>>;

/** What an app client must allow for each flow; the oldest names mean the same as the newer ones. */
const ALLOWED_BY = {
  USER_AUTH: 'ALLOW_USER_AUTH',
  USER_SRP_AUTH: 'ALLOW_USER_SRP_AUTH',
  USER_PASSWORD_AUTH: 'ALLOW_USER_PASSWORD_AUTH',
  CUSTOM_AUTH: 'ALLOW_CUSTOM_AUTH',
  ADMIN_USER_PASSWORD_AUTH: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  REFRESH_TOKEN_AUTH: 'ALLOW_REFRESH_TOKEN_AUTH',
} as const satisfies Record<Flow | 'REFRESH_TOKEN_AUTH', ClientSettings['ExplicitAuthFlows'][number]>;

const SAME_AS = { ADMIN_NO_SRP_AUTH: 'ADMIN_USER_PASSWORD_AUTH', REFRESH_TOKEN: 'REFRESH_TOKEN_AUTH' } as const;

/**
 * Begins a sign-in, or renews one, by a flow that the client allows. Throws as InitiateAuth does.
 *
 * @param by who asks: the password flow of administrators is theirs alone
 */
export async function beginSignIn(
  pool: Pool,
  client: AppClient,
  input: AuthInput,
  by: 'client' | 'administrator',
): Promise<AuthAnswer> {
  const parameters = input.AuthParameters;
  const { AuthFlow } = input;
  const flow = AuthFlow === 'ADMIN_NO_SRP_AUTH' || AuthFlow === 'REFRESH_TOKEN' ? SAME_AS[AuthFlow] : AuthFlow;
  if (flow === 'ADMIN_USER_PASSWORD_AUTH' && by === 'client')
    throw invalidParameter('Initiate Auth method not supported.');
  if (flow === 'USER_PASSWORD_AUTH' && by === 'administrator')
    throw invalidParameter('Initiate Auth method not supported.');
  if (!client.settings.ExplicitAuthFlows.includes(ALLOWED_BY[flow]))
    throw invalidParameter(`${input.AuthFlow} flow not enabled for this client`);
  if (flow === 'REFRESH_TOKEN_AUTH') {
    const token = parameters['REFRESH_TOKEN'];
    if (token === undefined) throw missingParameter('REFRESH_TOKEN');
    if (client.settings.RefreshTokenRotation?.Feature === 'ENABLED')
      throw invalidParameter(`${input.AuthFlow} flow not enabled for this client`);
    return { ChallengeParameters: {}, AuthenticationResult: await refresh(pool, token, client, input.ClientMetadata) };
  }
  const claimant = await identify(pool, client, flow, input, by);
  switch (flow) {
    case 'USER_AUTH':
      return input.Session === undefined ? choose(pool, claimant, parameters) : resume(pool, claimant, input.Session);
    case 'USER_SRP_AUTH':
      return askVerifier(pool, claimant, required(parameters, 'SRP_A'));
    case 'USER_PASSWORD_AUTH':
    case 'ADMIN_USER_PASSWORD_AUTH':
      return beginPassword(pool, claimant, { PASSWORD: required(parameters, 'PASSWORD') });
    case 'CUSTOM_AUTH':
      return beginCustom(pool, claimant, parameters);
  }
}

/** Who signs in, once PreAuthentication has let them. */
async function identify(
  pool: Pool,
  client: AppClient,
  flow: Flow,
  { AuthParameters, ClientMetadata }: AuthInput,
  by: 'client' | 'administrator',
): Promise<Claimant> {
  required(AuthParameters, 'USERNAME');
  const { USERNAME: username } = readInput(z.object({ USERNAME: Username }), AuthParameters);
  const user = pool.store.userNamed(username) ?? (by === 'administrator' ? pool.store.userBySub(username) : undefined);
  const name = user?.username ?? username;
  if (!user && tellsWhoExists(client)) throw userNotFound();
  checkEnabled(user);
  await runTrigger(pool, 'PreAuthentication', {
    source: 'PreAuthentication_Authentication',
    userName: name,
    clientId: client.id,
    request: {
      userAttributes: userAttributesOf(user),
      validationData: ClientMetadata,
      userNotFound: user === undefined,
    },
    response: {},
  });
  // Of this request's metadata the other triggers see nothing.
  return { username: name, user, clientId: client.id, flow, proofs: [], rounds: [], clientMetadata: {} };
}

/** USER_AUTH: the preferred factor, or the choice; for a step-up only what leads to its level. */
async function choose(pool: Pool, claimant: Claimant, parameters: Record<string, string>): Promise<AuthAnswer> {
  const stepUp = await readStepUp(pool, claimant, parameters);
  if (stepUp.answer) return stepUp.answer;
  const offered = stepUp.offered ?? factorsOf(pool, stepUp.claimant);
  const preferred = offered.find((factor) => factor === parameters['PREFERRED_CHALLENGE']);
  if (preferred) return beginFactor(pool, stepUp.claimant, preferred, parameters);
  return offerFactors(pool, stepUp.claimant, offered);
}

/** USER_AUTH with the session of ConfirmSignUp: the code that confirmed the sign-up is the proof. */
async function resume(pool: Pool, claimant: Claimant, session: string): Promise<AuthAnswer> {
  const { sub, proofs } = pool.sessions.take(session, 'SIGN_UP_CONFIRMED', claimant);
  const { user } = claimant;
  if (user?.sub !== sub) throw notAuthorized('Invalid session for the user.');
  return proven(pool, claimant, user, 'SIGN_UP_CONFIRMED', proofs);
}

function required(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined) throw missingParameter(name);
  return value;
}
