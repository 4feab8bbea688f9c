import {
  ConfirmSignUpCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { CodeDelivery } from './code-delivery.js';
import { readDelivery } from './code-delivery.js';
import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';
import { badAnswer } from './errors.js';
import { isText } from './json.js';

/** An account that waits for the code that proves its address: `confirmSignUp`. */
export interface UnconfirmedAccount {
  readonly step: 'confirm';
  readonly username: string;
  /** What the sign-up has given, to be handed on; undefined when the account was made some other time. */
  readonly session: string | undefined;
  /** Undefined when nothing is known of a code. */
  readonly delivery: CodeDelivery | undefined;
}

/** An account that can sign in: `startSignIn`, with `session` where there is one. */
export interface ConfirmedAccount {
  readonly step: 'confirmed';
  readonly username: string;
  readonly session: string | undefined;
}

export interface NewAccount {
  readonly username: string;
  /** A pool without passwords takes accounts without. */
  readonly password?: string | undefined;
  /** By name, such as `email`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Makes an account. Throws `username-exists`, `weak-password` with the rule, `sign-up-closed`, `refused-by-trigger`. */
export async function signUp(
  connection: Connection,
  { username, password, attributes }: NewAccount,
  options: CallOptions = {},
): Promise<UnconfirmedAccount | ConfirmedAccount> {
  const command = new SignUpCommand({
    ClientId: connection.clientId,
    Username: username,
    ...(password !== undefined && { Password: password }),
    UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
  });
  const answer = await connection.call('sign-up', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  const confirmed: unknown = answer.UserConfirmed;
  if (typeof confirmed !== 'boolean') throw badAnswer('UserConfirmed');
  const session = readSession(answer.Session);
  if (confirmed) return { step: 'confirmed', username, session };
  return { step: 'confirm', username, session, delivery: readDelivery(answer.CodeDeliveryDetails) };
}

/**
 * Confirms an account with the code. Throws `wrong-code` and `expired-code`, after which it may be tried again, with a new
 * code in the second case; `confirmation-refused` when there is nothing to confirm.
 */
export async function confirmSignUp(
  connection: Connection,
  { username, session }: UnconfirmedAccount,
  code: string,
  options: CallOptions = {},
): Promise<ConfirmedAccount> {
  const command = new ConfirmSignUpCommand({
    ClientId: connection.clientId,
    Username: username,
    ConfirmationCode: code,
    ...(session !== undefined && { Session: session }),
  });
  const answer = await connection.call('confirmation', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  return { step: 'confirmed', username, session: readSession(answer.Session) };
}

/** Asks for another code. The old one may no longer be good. */
export async function resendCode(
  connection: Connection,
  { username, session }: Omit<UnconfirmedAccount, 'delivery' | 'step'>,
  options: CallOptions = {},
): Promise<UnconfirmedAccount> {
  const command = new ResendConfirmationCodeCommand({ ClientId: connection.clientId, Username: username });
  const answer = await connection.call('confirmation', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  return { step: 'confirm', username, session, delivery: readDelivery(answer.CodeDeliveryDetails) };
}

function readSession(session: unknown): string | undefined {
  if (session !== undefined && !isText(session)) throw badAnswer('Session');
  return session === '' ? undefined : session;
}
