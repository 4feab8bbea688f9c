import { isRefusal } from '../ctap/client/refusal.js';
import type { RegistrationJSON } from '../ctap/client/webauthn-json.js';
import { publicKeyOf } from './enrolled-key.js';
import type { Journal, NewEntry } from './journal.js';

/** How the work on the key tells where it is. */
export interface Progress {
  /** The request has gone out: from here on the key may make a passkey. */
  readonly onSent: () => void;
  /** The key has made it. Resolves once that is on disk. */
  readonly onMade: (made: RegistrationJSON) => Promise<void>;
}

export interface JournalledOptions {
  readonly journal: Journal;
  readonly entry: NewEntry;
  readonly signal: AbortSignal;
  /** Told when the journal itself cannot be written after a failure: what the person needs to know is why the key failed. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Has a key make a passkey that is journalled before the key is asked. The caller closes or abandons the entry; after a
 * failure it is gone when no passkey can be on the key, else an orphan.
 * @returns what `make` resolved with
 * @throws whatever `make` throws; FailureError `settings/unwritable` before the key is asked
 */
export async function journalled<T>(
  { journal, entry, signal, onFault }: JournalledOptions,
  make: (progress: Progress) => Promise<T>,
): Promise<T> {
  const { id } = entry;
  await journal.begin(entry);
  let isSent = false as boolean; // set by a callback, which narrowing does not see
  let isMade = false as boolean;
  const progress: Progress = {
    onSent: () => {
      isSent = true;
    },
    onMade: async (made) => {
      isMade = true;
      await journal.made(id, made.id, publicKeyOf(made));
    },
  };
  try {
    return await make(progress);
  } catch (error) {
    const mayExist = isMade || (isSent && !isRefusal(error, signal));
    await (mayExist ? journal.abandon(id) : journal.close(id)).catch(onFault);
    throw error;
  }
}
