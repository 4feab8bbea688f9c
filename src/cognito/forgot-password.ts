import { ConfirmForgotPasswordCommand, ForgotPasswordCommand } from '@aws-sdk/client-cognito-identity-provider';

import type { CodeDelivery } from './code-delivery.js';
import { readDelivery } from './code-delivery.js';
import type { CallOptions } from './call.js';
import type { Connection } from './connection.js';

/** A code that lets a new password be chosen is on its way, as the service says: `confirmNewPassword`. */
export interface PasswordReset {
  readonly username: string;
  readonly delivery: CodeDelivery;
}

/** Asks for a code. For an account that does not exist the service may answer as if there were one. */
export async function forgotPassword(
  connection: Connection,
  username: string,
  options: CallOptions = {},
): Promise<PasswordReset> {
  const command = new ForgotPasswordCommand({ ClientId: connection.clientId, Username: username });
  const answer = await connection.call('recovery', 'once', options, (client, abortSignal) =>
    client.send(command, { abortSignal }),
  );
  return { username, delivery: readDelivery(answer.CodeDeliveryDetails) };
}

/**
 * Sets the new password. Throws `wrong-code`, `weak-password` and `password-used-before`, after which it may be tried again;
 * `expired-code`, after which it takes a new one.
 */
export async function confirmNewPassword(
  connection: Connection,
  { username }: Pick<PasswordReset, 'username'>,
  code: string,
  password: string,
  options: CallOptions = {},
): Promise<void> {
  const command = new ConfirmForgotPasswordCommand({
    ClientId: connection.clientId,
    Username: username,
    ConfirmationCode: code,
    Password: password,
  });
  await connection.call('recovery', 'once', options, (client, abortSignal) => client.send(command, { abortSignal }));
}
