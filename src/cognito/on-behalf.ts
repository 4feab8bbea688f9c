import { InitiateAuthCommand, RespondToAuthChallengeCommand } from '@aws-sdk/client-cognito-identity-provider';

import {
  CHALLENGE_SECONDS,
  isOperator,
  permissionBytes,
  readReason,
  REASON,
  writeAnswer,
} from '../triggers/on-behalf/message.js';
import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { badAnswer, CognitoError } from './errors.js';
import { isBase64Url } from './json.js';
import { OnBehalfError } from './on-behalf-error.js';
import type { AuthAnswer } from './read-challenge.js';
import { readChallenge } from './read-challenge.js';
import type { Tokens } from './tokens.js';
import { readTokens } from './tokens.js';

/** A session on somebody's behalf, as the helpdesk asks for it. */
export interface OnBehalfRequest {
  /** Of the person. */
  readonly username: string;
  /** `sub` of the person, as AdminGetUser gives it. */
  readonly account: string;
  /** Who opens it, in 1 to 64 characters of an IAM name. The person is told. */
  readonly operator: string;
  /** Why. The person is told: cut after 200 characters, without what cannot be seen. */
  readonly reason: string;
  /** HMAC with SHA-256 under the helpdesk's key, 32 bytes: KMS's GenerateMac. The signal ends the wait. */
  readonly mac: (message: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;
}

const CUSTOM_CHALLENGE = 'CUSTOM_CHALLENGE';
const CHALLENGE_MS = CHALLENGE_SECONDS * 1000;
/** How far this machine's clock may be off: as far as an AWS signature's. */
const SKEW_MS = 5 * 60_000;

/** The challenge that the pool's triggers made. */
interface Challenge {
  readonly username: string;
  readonly session: string;
  readonly nonce: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Opens a session on behalf of a person: a custom challenge (CUSTOM_AUTH), answered once and within five minutes with a
 * permission that `mac` signs (docs/adr/0013, src/triggers/on-behalf). The pool mails the person before there are tokens.
 * The session has all the rights of the person's own, so its tokens stay where the helpdesk's credentials are.
 * @param connection to the helpdesk's app client, for which the tokens are verified
 * @throws OnBehalfError; what `mac` rejects with; CognitoError, with `clock-differs` before anything is signed and
 * `refused-by-trigger` for somebody without a proved address among it
 */
export async function openOnBehalf(
  connection: Connection,
  { username, account, operator, reason, mac }: OnBehalfRequest,
  options: CallOptions = {},
): Promise<Tokens> {
  const { userPoolId, clientId, now } = connection;
  if (!isOperator(operator)) throw new OnBehalfError('operator-unnameable');
  const why = readReason(reason);
  if (why === undefined) throw new OnBehalfError('no-reason');
  // How long there is left is measured by this clock alone, which need not be the pool's.
  const end = now() + CHALLENGE_MS;
  const asked = await begin(connection, username, options);
  const { nonce, expiresAt } = asked;
  if (Math.abs(expiresAt * 1000 - end) > SKEW_MS) throw new CognitoError('clock-differs');
  const message = permissionBytes({ userPoolId, clientId, account, operator, nonce, expiresAt });
  const permission = await inTime(end - now(), options, (signal) => mac(message, signal));
  if (now() >= end) throw new OnBehalfError('challenge-expired');
  const answer = await respond(connection, asked, writeAnswer({ operator, mac: permission }), why, options);
  if (!answer.AuthenticationResult) throw otherChallenge(answer);
  const tokens = await readTokens(connection, answer.AuthenticationResult);
  if (tokens.identity.sub !== account) throw badAnswer('sub');
  return tokens;
}

async function begin(connection: Connection, username: string, options: CallOptions): Promise<Challenge> {
  const command = new InitiateAuthCommand({
    ClientId: connection.clientId,
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { USERNAME: username },
  });
  const answer = await refusedAs('person-refused', () =>
    connection.call('sign-in', 'once', options, (client, abortSignal) => client.send(command, { abortSignal })),
  );
  const { name, parameter, pending } = readChallenge({ username }, answer);
  const nonce = parameter('nonce');
  const expiresAt = parameter('expiresAt');
  if (name !== CUSTOM_CHALLENGE || !isBase64Url(nonce) || expiresAt === undefined || !/^\d{1,15}$/.test(expiresAt))
    throw otherChallenge(answer);
  const { userId = username, session } = pending();
  return { username: userId, session, nonce, expiresAt: Number(expiresAt) };
}

function respond(
  connection: Connection,
  { username, session }: Challenge,
  answer: string,
  reason: string,
  options: CallOptions,
): Promise<AuthAnswer> {
  const command = new RespondToAuthChallengeCommand({
    ClientId: connection.clientId,
    ChallengeName: CUSTOM_CHALLENGE,
    Session: session,
    ChallengeResponses: { USERNAME: username, ANSWER: answer },
    ClientMetadata: { [REASON]: reason },
  });
  return refusedAs('answer-refused', () =>
    connection.call('sign-in', 'once', options, (client, abortSignal) => client.send(command, { abortSignal })),
  );
}

/** The service has one name for every refusal of a sign-in: what was asked tells what it means. */
async function refusedAs<T>(code: 'person-refused' | 'answer-refused', act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CognitoError && error.code === 'not-authorized')
      throw new OnBehalfError(code, { cause: error });
    throw error;
  }
}

/** Waits no longer than the challenge lasts. */
async function inTime<T>(milliseconds: number, { signal }: CallOptions, act: (signal: AbortSignal) => Promise<T>) {
  const end = AbortSignal.timeout(Math.max(0, milliseconds));
  try {
    return await act(signal ? AbortSignal.any([signal, end]) : end);
  } catch (error) {
    if (signal?.aborted) throw new CognitoError('aborted');
    throw end.aborted ? new OnBehalfError('challenge-expired', { cause: error }) : error;
  }
}

const otherChallenge = ({ ChallengeName }: AuthAnswer): OnBehalfError =>
  new OnBehalfError('other-challenge', { detail: ChallengeName });
