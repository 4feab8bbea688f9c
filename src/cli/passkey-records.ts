import { subOf } from '../station/enrolled-key.js';
import type { JournalEntry } from '../station/journal.js';
import type { PasskeyRecords } from '../station/passkey-records.js';
import type { Context } from './context.js';
import { toProblem } from './problem.js';

/** The longest name of a record, and one for a key that does not say what it is. */
const MAX_NAME = 64;
const NAMELESS = 'Security key';

/**
 * Remembers a passkey that the pool has taken, under the name of its key until somebody names it in the app, unless `name` is given. The passkey is good
 * whether it is remembered or not: where it cannot be, that is told and nothing fails.
 */
export async function remember(entry: JournalEntry, context: Context, name?: string): Promise<void> {
  const { credentialId, publicKey, userId, userName, keyProduct, keySerial, aaguid, createdAt } = entry;
  if (credentialId === undefined) throw new TypeError('A passkey was registered that the journal does not know');
  const nickname = (name ?? keyProduct).trim().slice(0, MAX_NAME) || NAMELESS;
  const sub = subOf(userId);
  const record = {
    credentialId,
    nickname,
    keyProduct,
    keySerial,
    aaguid,
    createdAt,
    publicKey,
    sub,
    username: userName || undefined,
  };
  await change(context, (records) => records.add(record));
}

/** Forgets a passkey that the pool has deleted, if it was enrolled here. */
export async function forget(credentialId: string, context: Context): Promise<void> {
  await change(context, async (records) => {
    if (records.all().some((record) => record.credentialId === credentialId)) await records.forget(credentialId);
  });
}

async function change({ station, terminal }: Context, act: (records: PasskeyRecords) => Promise<void>): Promise<void> {
  try {
    const records = await station().findRecords();
    if (records) await act(records);
  } catch (error) {
    terminal.say(`keydesk: ${toProblem(error).message}`);
  }
}
