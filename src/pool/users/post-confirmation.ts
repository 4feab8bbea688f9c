import type { Pool } from '../context.js';
import { userAttributesOf } from '../lambda/event.js';
import { runTrigger } from '../lambda/run.js';
import type { User } from '../state.js';

/** Tells the PostConfirmation trigger that a user has proven an address. The user stays confirmed if it throws. */
export async function postConfirmation(
  pool: Pool,
  user: User,
  source: 'PostConfirmation_ConfirmSignUp' | 'PostConfirmation_ConfirmForgotPassword',
  clientId: string,
  clientMetadata: Readonly<Record<string, string>>,
): Promise<void> {
  await runTrigger(pool, 'PostConfirmation', {
    source,
    userName: user.username,
    clientId,
    request: { userAttributes: userAttributesOf(user), clientMetadata },
    response: {},
  });
}
