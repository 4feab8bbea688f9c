import { Command } from 'commander';

import type { Context } from '../context.js';
import { printable } from '../printable.js';
import { addSignInOptions, type SignInOptions } from '../sign-in-options.js';

interface Options extends SignInOptions {
  readonly tokens?: boolean;
}

/** `keydesk sign-in`: one sign-in to a user pool. */
export function signInCommand(context: Context): Command {
  return addSignInOptions(new Command('sign-in'))
    .description('sign in to a user pool, with a passkey on a security key or in another way')
    .option('--tokens', 'print the tokens too, and leave the sign-in open: whoever has them is signed in')
    .addHelpText(
      'after',
      '\nExamples:\n  KEYDESK_POOL=pool.json keydesk sign-in\n  KEYDESK_POOL=pool.json keydesk sign-in --user ana --with password',
    )
    .action(async (options: Options) => {
      const { withSignIn } = await import('../pool-sign-in.js'); // only now: see passkeys.ts
      const kept = options.tokens === true;
      await withSignIn(
        options,
        context,
        ({ tokens: { identity, expiresAt, accessToken, idToken, refreshToken } }) => {
          const { sub, username, email, authTime } = identity;
          const tokens = { accessToken, idToken, refreshToken, expiresAt: new Date(expiresAt).toISOString() };
          const value = {
            username,
            sub,
            email,
            authTime: new Date(authTime * 1000).toISOString(),
            ...(kept && { tokens }),
          };
          const lines = [
            `Signed in as ${printable(username)}.`,
            ...(kept ? Object.entries(tokens).map(([name, token]) => `  ${name}  ${token}`) : []),
          ];
          context.terminal.result(value, lines.join('\n'));
          return Promise.resolve();
        },
        { kept },
      );
    });
}
