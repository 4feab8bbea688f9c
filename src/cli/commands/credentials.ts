import { Command } from 'commander';

import { blobSizes } from '../../ctap/client/blob-sizes.js';
import { shortened } from '../../ctap/client/names.js';
import { equal, toBase64url } from '../../ctap/codec/bytes.js';
import type { Context } from '../context.js';
import { keyOption, type PinOptions, spendLastTriesOption } from '../key-session.js';
import { printable } from '../printable.js';
import { Problem, usage } from '../problem.js';
import { credentialId, type Entry, listCredentials, notThere, ownerOf, withManagement } from '../stored-credentials.js';
import { cancelled } from '../terminal.js';

interface DeleteOptions extends PinOptions {
  readonly yes?: boolean;
}

interface RenameOptions extends PinOptions {
  readonly name?: string;
  readonly displayName?: string;
}

/** `keydesk credentials`: the passkeys on a key. */
export function credentialsCommand(context: Context): Command {
  return new Command('credentials')
    .description('list, rename or delete the passkeys that are stored on a security key')
    .addCommand(listCommand(context))
    .addCommand(renameCommand(context))
    .addCommand(deleteCommand(context));
}

function listCommand(context: Context): Command {
  return new Command('list')
    .description(
      'list the passkeys on a security key: relying party, user, credential ID, size of the data beside it; asks for the PIN',
    )
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .action((options: PinOptions) =>
      withManagement(options, context, async (management, { authenticator, found, signal }) => {
        const counts = await management.metadata({ signal });
        const entries = await listCredentials(management, signal);
        const sizes = await blobSizes(
          authenticator,
          entries.map(({ credential }) => credential),
          { signal },
        );
        const sizeOf = ({ credential }: Entry) => sizes?.get(credential);
        const texts = entries.map((entry) => asText(entry, sizeOf(entry)));
        const text = entries.length === 0 ? 'There are no passkeys on this key.' : texts.join('\n\n');
        const unread = sizes ? '' : '\nThe data that websites keep beside them cannot be read: see `keydesk blobs`.';
        context.terminal.result(
          {
            key: found.id,
            ...counts,
            ...(!sizes && { blobsUnreadable: true }),
            credentials: entries.map((entry) => ({ ...asJson(entry), blobSize: sizeOf(entry) })),
          },
          `${text}\n\n${counts.existing} on the key; room for ${counts.remaining} more at the most.${unread}`,
        );
      }),
    );
}

function renameCommand(context: Context): Command {
  return new Command('rename')
    .description('change the names that a passkey on the key is shown with; asks for the PIN')
    .argument('<credential-id>', 'as `keydesk credentials list` prints it')
    .option('--name <name>', 'the name of the account, such as an e-mail address')
    .option('--display-name <name>', 'the name of the person')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .action(async (text: string, options: RenameOptions) => {
      const id = credentialId(text);
      const { name, displayName } = options;
      if (name === undefined && displayName === undefined)
        throw usage('There is no new name.', 'Give --name, --display-name or both.');
      await withManagement(options, context, async (management, { found, signal }) => {
        const entry = (await listCredentials(management, signal)).find(({ credential }) => equal(credential.id.id, id));
        if (!entry) throw notThere();
        const { user } = entry.credential;
        const renamed = {
          id: user.id,
          name: name === undefined ? user.name : shortened(name),
          displayName: displayName === undefined ? user.displayName : shortened(displayName),
        };
        await management.updateUser(entry.credential.id, renamed, { signal });
        // What it is called now is for the key to say: it may have cut the names.
        const now = (await management.credentials(entry.rp.rpIdHash, { signal })).find((one) => equal(one.id.id, id));
        if (!now) throw notThere();
        const changed = { rp: entry.rp, credential: now };
        context.terminal.result({ key: found.id, renamed: asJson(changed) }, asText(changed));
      });
    });
}

function deleteCommand(context: Context): Command {
  return new Command('delete')
    .description('delete one passkey from a security key; asks for the PIN and for a yes')
    .argument('<credential-id>', 'as `keydesk credentials list` prints it')
    .addOption(keyOption())
    .addOption(spendLastTriesOption())
    .option('--yes', 'delete without asking')
    .action(async (text: string, options: DeleteOptions) => {
      const id = credentialId(text);
      // Without a person to ask, the yes must be there before a PIN is spent on it.
      if (options.yes !== true && !context.terminal.isInteractive)
        throw usage('Deleting a passkey cannot be undone.', 'Say yes with --yes.');
      await withManagement(options, context, async (management, { found, signal }) => {
        const entry = (await listCredentials(management, signal)).find(({ credential }) => equal(credential.id.id, id));
        if (!entry) throw notThere();
        const question = `Delete the passkey of ${ownerOf(entry)} from this key? This cannot be undone.`;
        if (options.yes !== true && !(await context.terminal.confirm(question, '--yes'))) throw cancelled();
        await management.delete(entry.credential.id, { signal });
        // Whether it is gone is for the key to say.
        const left = await management.credentials(entry.rp.rpIdHash, { signal });
        if (left.some((credential) => equal(credential.id.id, id)))
          throw new Problem(
            'key/protocol',
            'The key says that it deleted the passkey, and still has it.',
            'Try again.',
          );
        context.terminal.result(
          { key: found.id, deleted: asJson(entry) },
          `Deleted the passkey of ${ownerOf(entry)} from the key.`,
        );
      });
    });
}

function asJson({ rp, credential: { id, user, credProtect } }: Entry) {
  return {
    credentialId: toBase64url(id.id),
    rpId: rp.id,
    rpName: rp.name,
    userId: toBase64url(user.id),
    userName: user.name,
    userDisplayName: user.displayName,
    credProtect,
  };
}

function asText({ rp, credential: { id, user } }: Entry, blobSize?: number): string {
  return [
    printable(rp.id + (rp.name === undefined || rp.name === rp.id ? '' : ` (${rp.name})`)),
    `  user           ${printable(user.name ?? '(no name)')}`,
    `  display name   ${printable(user.displayName ?? '(none)')}`,
    `  credential ID  ${toBase64url(id.id)}`,
    ...(blobSize === undefined ? [] : [`  data beside    ${blobSize} bytes`]),
  ].join('\n');
}
