import { readFile, writeFile } from 'node:fs/promises';

import { Command } from 'commander';

import { equal, toBase64url, utf8 } from '../../ctap/codec/bytes.js';
import { Permission } from '../../ctap/commands.js';
import type { CredentialManagement } from '../../ctap/credential-management.js';
import { hasLargeBlobs, LargeBlobs } from '../../ctap/large-blobs.js';
import type { PinUvAuthToken } from '../../ctap/pin/token.js';
import type { Context } from '../context.js';
import { keyOption, type KeySession, type PinOptions, spendLastTriesOption } from '../key-session.js';
import { Problem, problemOf, usage } from '../problem.js';
import { credentialId, type Entry, listCredentials, notThere, ownerOf, withManagement } from '../stored-credentials.js';
import { cancelled } from '../terminal.js';

interface SureOptions extends PinOptions {
  readonly yes?: boolean;
}

interface GetOptions extends PinOptions {
  readonly output?: string;
}

const READING = Permission.CREDENTIAL_MANAGEMENT;
const WRITING = READING | Permission.LARGE_BLOB_WRITE;

const ID_ARGUMENT = ['<credential-id>', 'as `keydesk blobs list` prints it'] as const;

/** `keydesk blobs`: data that a key keeps beside its passkeys (large blobs). */
export function blobsCommand(context: Context): Command {
  return new Command('blobs')
    .description('read and write the data that a security key keeps beside its passkeys (large blobs)')
    .addCommand(listCommand(context))
    .addCommand(getCommand(context))
    .addCommand(setCommand(context))
    .addCommand(deleteCommand(context))
    .addCommand(tidyCommand(context));
}

function listCommand(context: Context): Command {
  return onKey('list')
    .description('list the passkeys that can have data, and how much they have; asks for the PIN')
    .action((options: PinOptions) =>
      withBlobs(options, READING, context, async ({ blobs, entries }, { found, signal }) => {
        const keyed = entries.flatMap((entry) => withKeyOf(entry));
        const { sizes, ...rest } = await blobs.survey(
          keyed.map(({ key }) => key),
          { signal },
        );
        const listed = keyed.map(({ entry }, index) => ({ entry, size: sizes[index] }));
        const text = listed.map(
          ({ entry, size }) =>
            `${ownerOf(entry)}\n  data           ${size === undefined ? '(none)' : `${size} bytes`}\n  credential ID  ${idOf(entry)}`,
        );
        context.terminal.result(
          {
            key: found.id,
            ...rest,
            credentials: listed.map(({ entry, size }) => ({ ...asJson(entry), size: size ?? null })),
          },
          [
            ...(text.length > 0 ? text : ['No passkey on this key can have data.']),
            `${rest.used} of ${rest.room} bytes are used. Entries of passkeys that are gone: ${rest.orphans}; entries of other kinds: ${rest.foreign}.`,
          ].join('\n\n'),
        );
      }),
    );
}

function getCommand(context: Context): Command {
  return onKey('get')
    .description('print the data of a passkey, as it is; asks for the PIN')
    .argument(...ID_ARGUMENT)
    .option('--output <file>', 'write it to a new file instead')
    .action((text: string, options: GetOptions) =>
      withBlobs(options, READING, context, async ({ blobs, entries }, { found, signal }) => {
        const { entry, key } = named(entries, text);
        const blob = await blobs.read(key, { signal });
        if (!blob) throw new Problem('key/no-passkey', 'This passkey has no data.', 'See `keydesk blobs list`.');
        if (options.output === undefined) {
          context.terminal.data({ key: found.id, ...asJson(entry), blob: toBase64url(blob) }, blob);
          return;
        }
        await writeNew(options.output, blob);
        context.terminal.result(
          { key: found.id, ...asJson(entry), output: options.output, size: blob.length },
          `Wrote ${blob.length} bytes to ${options.output}.`,
        );
      }),
    );
}

function setCommand(context: Context): Command {
  return onKey('set')
    .description('keep data with a passkey, in place of what it had; asks for the PIN')
    .argument(...ID_ARGUMENT)
    .argument('<file>', 'a file with the data, or - for text from standard input, after the line with the PIN')
    .action(async (text: string, source: string, options: PinOptions) => {
      const fromFile = source === '-' ? undefined : await readData(source, context.signal);
      await withBlobs(options, WRITING, context, async ({ blobs, entries }, { found, signal }) => {
        const { entry, key } = named(entries, text);
        const data = fromFile ?? utf8(await context.terminal.rest(signal));
        await blobs.write(key, data, { signal });
        context.terminal.result(
          { key: found.id, ...asJson(entry), size: data.length },
          `The key keeps ${data.length} bytes with the passkey of ${ownerOf(entry)}.`,
        );
      });
    });
}

function deleteCommand(context: Context): Command {
  return onKey('delete')
    .description('delete the data of a passkey; asks for the PIN and for a yes')
    .argument(...ID_ARGUMENT)
    .option('--yes', 'delete without asking')
    .action(async (text: string, options: SureOptions) => {
      askable(options, context, 'Deleting data cannot be undone.');
      await withBlobs(options, WRITING, context, async ({ blobs, entries }, { found, signal }) => {
        const { entry, key } = named(entries, text);
        const question = `Delete the data of the passkey of ${ownerOf(entry)}? This cannot be undone.`;
        if (options.yes !== true && !(await context.terminal.confirm(question, '--yes'))) throw cancelled();
        const deleted = await blobs.delete(key, { signal });
        context.terminal.result(
          { key: found.id, ...asJson(entry), deleted },
          deleted ? 'Deleted. The passkey stays.' : 'This passkey had no data.',
        );
      });
    });
}

function tidyCommand(context: Context): Command {
  return onKey('gc')
    .description('delete the data of passkeys that are no longer on the key; asks for the PIN and for a yes')
    .option('--yes', 'delete without asking')
    .action(async (options: SureOptions) => {
      askable(options, context, 'Deleting data cannot be undone.');
      await withBlobs(options, WRITING, context, async ({ blobs, entries }, { found, signal }) => {
        const keys = entries.flatMap((entry) => withKeyOf(entry)).map(({ key }) => key);
        const { orphans } = await blobs.survey(keys, { signal });
        const question = `Delete ${orphans} entries that no passkey on this key opens? This cannot be undone.`;
        const isAsked = orphans > 0 && options.yes !== true;
        if (isAsked && !(await context.terminal.confirm(question, '--yes'))) throw cancelled();
        const deleted = await blobs.collectGarbage(keys, { signal });
        context.terminal.result({ key: found.id, deleted }, `Deleted ${deleted} entries.`);
      });
    });
}

function onKey(name: string): Command {
  return new Command(name).addOption(keyOption()).addOption(spendLastTriesOption());
}

/** The large blobs of the chosen key, and the passkeys that they belong to. */
async function withBlobs(
  options: PinOptions,
  permissions: number,
  context: Context,
  use: (work: { blobs: LargeBlobs; entries: readonly Entry[] }, session: KeySession) => Promise<void>,
): Promise<void> {
  const withToken = async (management: CredentialManagement, session: KeySession, token: PinUvAuthToken) => {
    const { ctap, info } = session.authenticator;
    if (!hasLargeBlobs(info)) throw problemOf({ code: 'key/unsupported', detail: 'This key keeps no large blobs' });
    const entries = await listCredentials(management, session.signal);
    await use({ blobs: new LargeBlobs(ctap, info, token), entries }, session);
  };
  await withManagement(options, context, withToken, permissions);
}

function withKeyOf(entry: Entry): { entry: Entry; key: Uint8Array }[] {
  const { largeBlobKey: key } = entry.credential;
  return key ? [{ entry, key }] : [];
}

/** The passkey of that ID, and the key to its data. */
function named(entries: readonly Entry[], text: string): { entry: Entry; key: Uint8Array } {
  const id = credentialId(text);
  const entry = entries.find(({ credential }) => equal(credential.id.id, id));
  if (!entry) throw notThere();
  const [found] = withKeyOf(entry);
  if (found) return found;
  throw new Problem(
    'key/unsupported',
    'This passkey cannot have data: it was made without a key for it.',
    'Only a new passkey that asks for large blobs can.',
  );
}

/** Without a person to ask, the yes must be there before a PIN is spent on it. */
function askable({ yes }: SureOptions, { terminal }: Context, what: string): void {
  if (yes !== true && !terminal.isInteractive) throw usage(what, 'Say yes with --yes.');
}

async function readData(source: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return Uint8Array.from(await readFile(source, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(`${source} cannot be read.`, `Give a file with the data, or - for standard input: ${reason}`);
  }
}

/** For the owner's eyes only, and never over a file that is there. */
async function writeNew(path: string, data: Uint8Array): Promise<void> {
  try {
    await writeFile(path, data, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(`${path} cannot be written.`, `Give the name of a file that is not there yet: ${reason}`);
  }
}

function asJson(entry: Entry) {
  const { rp, credential } = entry;
  return { credentialId: idOf(entry), rpId: rp.id, userName: credential.user.name };
}

function idOf({ credential }: Entry): string {
  return toBase64url(credential.id.id);
}
