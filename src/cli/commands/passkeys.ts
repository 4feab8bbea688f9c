import { Command } from 'commander';

import type { Context } from '../context.js';
import type { AddOptions, DeleteOptions } from '../passkeys.js';
import { usage } from '../problem.js';
import { addSignInOptions, type SignInOptions } from '../sign-in-options.js';

/**
 * `keydesk passkeys`: the passkeys of an account in a user pool. What it does is loaded only when it is run: the client of
 * the service takes longer to load than most commands take to run.
 */
export function passkeysCommand(context: Context): Command {
  return new Command('passkeys')
    .description('list, add or delete the passkeys of your account in a user pool; signs in first')
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
    .addCommand(deleteCommand(context));
}

function listCommand(context: Context): Command {
  return addSignInOptions(new Command('list'))
    .description('list the passkeys that the pool has for your account')
    .action(async (options: SignInOptions) => {
      const { list } = await import('../passkeys.js');
      await list(options, context);
    });
}

function addCommand(context: Context): Command {
  return addSignInOptions(new Command('add'))
    .description('make a passkey on a security key and register it with the pool')
    .option('--sign-in-key <key>', 'sign in with this key, where it is not the one that gets the passkey')
    .addHelpText(
      'after',
      '\nExample, with the password and then the PIN of the key on standard input:\n  keydesk passkeys add --user ana --with password < secrets',
    )
    .action(async (options: AddOptions) => {
      const { add } = await import('../passkeys.js');
      await add(options, context);
    });
}

function deleteCommand(context: Context): Command {
  return addSignInOptions(new Command('delete'))
    .description('delete a passkey from the pool; its other half stays on the key')
    .argument('<credential-id>', 'as `keydesk passkeys list` prints it')
    .option('--yes', 'delete without asking')
    .action(async (id: string, options: DeleteOptions) => {
      if (options.yes !== true && !context.terminal.isInteractive)
        throw usage('Deleting a passkey cannot be undone.', 'Say yes with --yes.');
      const { remove } = await import('../passkeys.js');
      await remove(id, options, context);
    });
}
