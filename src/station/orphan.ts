import { toBase64url } from '../ctap/codec/bytes.js';
import type { StoredCredential } from '../ctap/credential-management.js';
import type { JournalEntry } from './journal.js';

/**
 * Tells which credentials of a key an orphan is. Where its ID was not learnt: those of the person that neither the pool had
 * before nor the station has enrolled.
 * @param enrolled credential IDs that the station has a record of
 */
export function isOrphan(
  { credentialId, userId, excluded = [] }: JournalEntry,
  enrolled: readonly string[],
): (credential: StoredCredential) => boolean {
  const known = new Set([...excluded, ...enrolled]);
  return ({ id, user }) => {
    const found = toBase64url(id.id);
    if (credentialId !== undefined) return found === credentialId;
    return toBase64url(user.id) === userId && !known.has(found);
  };
}
