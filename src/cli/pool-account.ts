import type { CodeDelivery } from '../cognito/code-delivery.js';
import type { Connection } from '../cognito/connection.js';
import { confirmNewPassword, forgotPassword } from '../cognito/forgot-password.js';
import { confirmSignUp, resendCode } from '../cognito/sign-up.js';
import type { Context } from './context.js';
import { mayAnswerAgain, newPassword } from './pool-answers.js';
import { printable } from './printable.js';

/** What has to be done before an account can sign in, by somebody at a terminal. */
interface Account {
  readonly connection: Connection;
  readonly username: string;
  readonly context: Context;
}

/** Has an account confirmed with a code. Gives what signs in without a second one, where the pool gives it. */
export async function confirmAccount({ connection, username, context }: Account): Promise<string | undefined> {
  const { terminal, signal } = context;
  terminal.say('This account is not confirmed yet.');
  const account = await resendCode(connection, { username, session: undefined }, { signal });
  for (;;) {
    const code = (await terminal.secret(`${askedFor(account.delivery)}: `)).trim();
    try {
      return (await confirmSignUp(connection, account, code, { signal })).session;
    } catch (error) {
      mayAnswerAgain(error, ['wrong-code'], terminal);
    }
  }
}

/** Has a new password chosen with a code, where the old one must not be used any more. */
export async function resetPassword({ connection, username, context }: Account): Promise<string> {
  const { terminal, signal } = context;
  terminal.say('The password of this account must be reset.');
  const { delivery } = await forgotPassword(connection, username, { signal });
  for (;;) {
    const code = (await terminal.secret(`${askedFor(delivery)}: `)).trim();
    const password = await newPassword(terminal);
    try {
      await confirmNewPassword(connection, { username }, code, password, { signal });
      return password;
    } catch (error) {
      mayAnswerAgain(error, ['wrong-code', 'weak-password', 'password-used-before'], terminal);
    }
  }
}

/** That a code is there is for the person to say. */
function askedFor(delivery: CodeDelivery | undefined): string {
  return delivery?.destination === undefined ? 'Code' : `Code on its way to ${printable(delivery.destination)}`;
}
