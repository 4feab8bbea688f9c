import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { InitiateAuthCommand, RespondToAuthChallengeCommand } from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import type { AuthAnswer } from './read-challenge.js';
import { readAuthAnswer } from './read-challenge.js';
import type { Pending, SignInState } from './sign-in-states.js';

/** Begins a sign-in by choice (USER_AUTH). `session`: what a sign-up has left. */
export function initiate(
  connection: Connection,
  username: string,
  parameters: Readonly<Record<string, string>>,
  { session, ...options }: CallOptions & { readonly session?: string | undefined } = {},
): Promise<AuthAnswer> {
  const command = new InitiateAuthCommand({
    ClientId: connection.clientId,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME: username, ...parameters },
    ...(session !== undefined && { Session: session }),
  });
  return connection.call('sign-in', 'once', options, (client, abortSignal) => client.send(command, { abortSignal }));
}

/** Sends an answer to a challenge. `challenge` may be a name that the SDK's list does not have yet. */
export function answerChallenge(
  connection: Connection,
  { username, userId, session }: Pending,
  challenge: string,
  responses: Readonly<Record<string, string>>,
  options: CallOptions,
): Promise<AuthAnswer> {
  const command = new RespondToAuthChallengeCommand({
    ClientId: connection.clientId,
    // The service's documents name challenges, EMAIL_MFA among them, that its list lacks.
    ChallengeName: challenge as ChallengeNameType,
    Session: session,
    ChallengeResponses: { USERNAME: userId ?? username, ...responses },
  });
  return connection.call('sign-in', 'once', options, (client, abortSignal) => client.send(command, { abortSignal }));
}

/** Sends an answer, and reads where it leads. */
export async function respond(
  connection: Connection,
  state: Pending,
  challenge: string,
  responses: Readonly<Record<string, string>>,
  { afterPassword = true, ...options }: CallOptions & { readonly afterPassword?: boolean } = {},
): Promise<SignInState> {
  const answer = await answerChallenge(connection, state, challenge, responses, options);
  const { username, userId } = state;
  return readAuthAnswer(connection, { username, userId, afterPassword }, answer);
}
