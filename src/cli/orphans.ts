import { removeCredential } from '../ctap/client/remove-credential.js';
import { FailureError } from '../failures/failure-error.js';
import type { Orphan } from '../shared/passkey-records.js';
import type { Journal, JournalEntry } from '../station/journal.js';
import { isOrphan } from '../station/orphan.js';
import type { Context } from './context.js';
import { withKey } from './key-session.js';
import { printable } from './printable.js';
import { toProblem, usage } from './problem.js';
import type { SignInOptions } from './sign-in-options.js';
import { cancelled } from './terminal.js';

export interface DismissOptions {
  readonly yes?: boolean;
}

export interface OrphanOptions extends SignInOptions, DismissOptions {
  readonly signInKey?: string;
}

const HOW = 'Take one off its key with `keydesk passkeys orphans remove ID`; `dismiss ID` where that key is gone.';

/** Lists the passkeys that enrolments which did not come to their end have left on keys. Signs nobody in. */
export async function list({ station, terminal }: Context): Promise<void> {
  const orphans = await station().journal().orphans();
  const text = orphans.length === 0 ? 'No passkey was left on a key.' : `${orphans.map(asText).join('\n\n')}\n\n${HOW}`;
  terminal.result({ orphans }, text);
}

/**
 * Takes one off the key that holds it, and closes its entry. Where nobody knows which passkey the key has made, its person
 * signs in: what the pool has of them by now, from wherever, is none.
 */
export async function remove(id: string, options: OrphanOptions, context: Context): Promise<void> {
  const { station, terminal } = context;
  const journal = station().journal();
  const entry = await entryOf(journal, id);
  const question = `Delete the passkey of ${printable(entry.userName)} at ${printable(entry.rpId)} from its key? This cannot be undone.`;
  if (options.yes !== true && !(await terminal.confirm(question, '--yes'))) throw cancelled();
  const isMeant = isOrphan(entry, [...(await station().enrolled()), ...(await enrolledSince(entry, options, context))]);
  await withKey(options, context, (session) => removeCredential(session, entry.rpId, isMeant));
  await journal.close(id);
  terminal.result({ removed: id }, 'The passkey is off the key.');
}

/** Closes an entry without asking a key: the person says that the key is gone or was reset. */
export async function dismiss(id: string, { yes }: DismissOptions, { station, terminal }: Context): Promise<void> {
  const journal = station().journal();
  const { userName, rpId, keyProduct } = await entryOf(journal, id);
  const question = `Forget the passkey of ${printable(userName)} at ${printable(rpId)} on ${printable(keyProduct)}? It stays there.`;
  if (yes !== true && !(await terminal.confirm(question, '--yes'))) throw cancelled();
  await journal.close(id);
  terminal.result({ dismissed: id }, 'It is forgotten here.');
}

/**
 * For whoever is signed in: closes the entries of passkeys that the pool has after all, and tells of those that remain. What
 * was asked for does not fail over it.
 * @param credentialIds the passkeys that the pool has
 */
export async function offerOrphans(credentialIds: readonly string[], { station, terminal }: Context): Promise<void> {
  const journal = station().findJournal();
  if (!journal) return;
  try {
    await journal.closeEnrolled(credentialIds);
    const { length } = await journal.orphans();
    const left = length === 1 ? '1 passkey was' : `${length} passkeys were`;
    if (length > 0)
      terminal.say(
        `${left} left on keys by enrolments that did not come to their end. See \`keydesk passkeys orphans\`.`,
      );
  } catch (error) {
    const { message, detail } = toProblem(error);
    terminal.say(`keydesk: ${message} ${detail ?? ''}`.trim());
  }
}

/** What the pool has of the person now, where it is needed. The client of the service is loaded only then. */
async function enrolledSince(entry: JournalEntry, options: OrphanOptions, context: Context): Promise<string[]> {
  if (entry.credentialId !== undefined) return [];
  const { poolPasskeysOf } = await import('./pool-passkeys.js');
  const key = options.signInKey ?? options.key;
  return poolPasskeysOf(entry, { ...options, ...(key !== undefined && { key }) }, context);
}

async function entryOf(journal: Journal, id: string): Promise<JournalEntry> {
  try {
    return await journal.get(id);
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'ceremony/unknown') throw error;
    throw usage('The journal has no enrolment of that ID.', 'Take it from `keydesk passkeys orphans`.');
  }
}

function asText({ id, credentialId, rpId, userName, keyProduct, keySerial, createdAt }: Orphan): string {
  return [
    printable(`${userName} at ${rpId}`),
    `  ID             ${id}`,
    `  key            ${printable([keyProduct, keySerial].filter(Boolean).join(', serial '))}`,
    `  credential ID  ${credentialId ?? 'not known: the key was being asked; removing it signs in'}`,
    `  begun          ${createdAt}`,
  ].join('\n');
}
