import { AssociateSoftwareTokenCommand, VerifySoftwareTokenCommand } from '@aws-sdk/client-cognito-identity-provider';

import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { badAnswer, CognitoError } from './errors.js';
import { isText } from './json.js';
import { respond } from './respond.js';
import type { AppSetUpStep, SetUpStep, SignInState } from './sign-in-states.js';

/** Asks for a secret for an authenticator app. */
export async function startAppSetUp(
  connection: Connection,
  { username, userId, session }: SetUpStep,
  options: CallOptions = {},
): Promise<AppSetUpStep> {
  const command = new AssociateSoftwareTokenCommand({ Session: session });
  const answer = await connection.call('sign-in', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  const { SecretCode: secret, Session: next = session } = answer;
  if (!isText(secret) || !/^[A-Z2-7]+=*$/.test(secret)) throw badAnswer('SecretCode');
  if (!isText(next) || next === '') throw badAnswer('Session');
  return { step: 'set-up-app', username, userId, session: next, secret };
}

/**
 * Proves with the app's first code that it has learned the secret, and goes on with the sign-in.
 * Throws `wrong-code` when it has not: the same state may be answered again.
 */
export async function answerAppSetUp(
  connection: Connection,
  state: AppSetUpStep,
  code: string,
  options: CallOptions = {},
): Promise<SignInState> {
  const command = new VerifySoftwareTokenCommand({ Session: state.session, UserCode: code });
  const answer = await connection.call('sign-in', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  if (answer.Status === 'ERROR') throw new CognitoError('wrong-code');
  if (answer.Status !== 'SUCCESS') throw badAnswer('Status');
  const { Session: session = state.session } = answer;
  if (!isText(session) || session === '') throw badAnswer('Session');
  return respond(connection, { ...state, session }, 'MFA_SETUP', {}, options);
}

/** Gives the address that codes are to go to. The service then asks for the first of them. */
export function answerEmailSetUp(
  connection: Connection,
  state: SetUpStep,
  email: string,
  options: CallOptions = {},
): Promise<SignInState> {
  return respond(connection, state, 'MFA_SETUP', { EMAIL: email }, options);
}

/**
 * What authenticator apps read from a QR code.
 * https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 * @param issuer what the app shows the account under; no colon may be in it or in the name
 */
export function authenticatorUri(issuer: string, username: string, secret: string): string {
  const part = (text: string) => encodeURIComponent(text.replaceAll(':', ' '));
  // The form says no padding; apps differ in what they make of it.
  const parameters = `secret=${secret.replace(/=+$/, '')}&issuer=${part(issuer)}`;
  return `otpauth://totp/${part(issuer)}:${part(username)}?${parameters}`;
}
