import { listPasskeys } from '../cognito/passkeys.js';
import type { JournalEntry } from '../station/journal.js';
import type { Context } from './context.js';
import { poolSettings } from './pool-settings.js';
import { withSignIn } from './pool-sign-in.js';
import { printable } from './printable.js';
import { usage } from './problem.js';
import type { SignInOptions } from './sign-in-options.js';

/**
 * Signs in as the person of an enrolment, and asks the pool which passkeys it has of them now.
 * @param options who signs in and how; as the person that the journal names, where they name nobody
 * @returns credential IDs, base64url
 * @throws Problem `usage` for another pool or another person: what those have says nothing about this enrolment
 */
export async function poolPasskeysOf(
  { rpId, userId, userName }: JournalEntry,
  options: SignInOptions,
  context: Context,
): Promise<string[]> {
  const pool = await poolSettings(options, context);
  if (pool.rpId !== rpId)
    throw usage(
      `The passkey was made for ${printable(rpId)}, and this user pool is that of ${printable(pool.rpId)}.`,
      'Name its own pool with the options or KEYDESK_POOL.',
    );
  return withSignIn({ ...options, user: options.user ?? userName }, context, async ({ connection, tokens }) => {
    if (tokens.identity.userHandle !== userId)
      throw usage(
        `The passkey was made for ${printable(userName)}, and somebody else is signed in.`,
        `Sign in as ${printable(userName)}: only then does the pool tell what must stay on the key.`,
      );
    return (await listPasskeys(connection, tokens, context)).map(({ id }) => id);
  });
}
