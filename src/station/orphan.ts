import { toBase64url } from '../ctap/codec/bytes.js';
import type { StoredCredential } from '../ctap/credential-management.js';
import type { JournalEntry } from './journal.js';

/**
 * Tells which credential of a key an orphan is. Where its ID was not learnt: that of the person which the pool neither had
 * before nor has now, and the station has not enrolled.
 * @param enrolled credential IDs that the station has a record of, and those that the pool has now. Each makes the answer
 *   narrower; without those of the pool, an orphan without ID may be what another station has enrolled since
 */
export function isOrphan(
  { credentialId, userId, excluded = [] }: JournalEntry,
  enrolled: readonly string[],
): (credential: StoredCredential) => boolean {
  const known = new Set([...excluded, ...enrolled]);
  return ({ id, user }) => {
    const found = toBase64url(id.id);
    if (known.has(found)) return false;
    return credentialId === undefined ? toBase64url(user.id) === userId : found === credentialId;
  };
}
