import { Command } from 'commander';

import type { Context } from '../context.js';
import { unmarked } from '../dashed-ids.js';
import type { DismissOptions, OrphanOptions } from '../orphans.js';
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
    .addCommand(deleteCommand(context))
    .addCommand(orphansCommand(context));
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
      await remove(unmarked(id), options, context);
    });
}

const ORPHANS = `
Each enrolment is noted on this computer before the key is asked, and the note goes when the pool has the passkey. What the
program left in between, because it was ended or the pool refused, is found again here, and in the app.
Where the pool may have it all the same, \`keydesk passkeys list\` looks, and closes the note.`;

const ORPHAN_WITHOUT_ID = `
Where the program ended while the key was being asked, nobody knows which passkey the key has made. Then the person that it
was for signs in first, and whatever the pool has of them now stays on the key.`;

function orphansCommand(context: Context): Command {
  return new Command('orphans')
    .description('passkeys that were left on keys by enrolments that did not come to their end')
    .addHelpText('after', ORPHANS)
    .addCommand(
      new Command('list').description('list them; signs nobody in').action(async () => {
        const { list } = await import('../orphans.js');
        await list(context);
      }),
      { isDefault: true },
    )
    .addCommand(
      addSignInOptions(new Command('remove'))
        .description(
          'take one off the key that holds it; asks for the PIN, and signs in where its credential ID is not known',
        )
        .argument('<id>', 'as `keydesk passkeys orphans` prints it')
        .option('--sign-in-key <key>', 'sign in with this key, where it is not the one that holds it')
        .option('--yes', 'delete without asking')
        .addHelpText('after', ORPHAN_WITHOUT_ID)
        .action(async (id: string, options: OrphanOptions) => {
          const { remove } = await import('../orphans.js');
          await remove(id, options, context);
        }),
    )
    .addCommand(
      new Command('dismiss')
        .description('forget one whose key is gone or was reset')
        .argument('<id>', 'as `keydesk passkeys orphans` prints it')
        .option('--yes', 'forget it without asking')
        .action(async (id: string, options: DismissOptions) => {
          const { dismiss } = await import('../orphans.js');
          await dismiss(id, options, context);
        }),
    );
}
