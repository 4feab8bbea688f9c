import { createHash } from 'node:crypto';

import type { ApprovalWish } from '../../approval/request.js';
import { findUnshowable, MOST_IN_A_FACT } from '../../approval/plain-text.js';
import type { KioskWish } from '../../shared/kiosk-requests.js';

/** What main knows of the one who wishes it. */
export interface Wishing {
  readonly username: string;
  /** The passkeys by which they are signed in. */
  readonly credentialIds: readonly string[];
  /** The name that a passkey of theirs was given at this station. */
  readonly nicknameOf: (credentialId: string) => string | undefined;
}

/** A wish in plain words, and what a program wants to know of it. The window has no say in either. */
export function wordsOf(wish: KioskWish, wishing: Wishing): Pick<ApprovalWish, 'action' | 'text' | 'facts'> {
  const { action } = wish;
  const { username } = wishing;
  switch (action) {
    case 'passkey.delete':
      return {
        action,
        text: `Delete ${passkeyOf(wish.credentialId, wishing)} from the account “${username}”. It can no longer be used to sign in.`,
        facts: { username, ...idOf(wish.credentialId) },
      };
    case 'passkey.enrol':
      return {
        action,
        text: `Add another security key to the account “${username}”. Whoever has that key and its PIN can sign in to it.`,
        facts: { username },
      };
  }
}

function passkeyOf(credentialId: string, { credentialIds, nicknameOf }: Wishing): string {
  const nickname = nicknameOf(credentialId);
  // A name that cannot be shown as it is must not keep anybody from deleting what has it.
  if (nickname !== undefined && !findUnshowable(nickname)) return `the passkey “${nickname}”`;
  if (credentialIds.includes(credentialId)) return 'the passkey with which you are signed in here';
  return `the passkey whose ID begins with ${credentialId.slice(0, 12)}`;
}

/** Some keys make IDs that are longer than a fact. */
function idOf(credentialId: string): Record<string, string> {
  if (credentialId.length <= MOST_IN_A_FACT) return { credentialId };
  return { credentialIdSha256: createHash('sha256').update(credentialId, 'base64url').digest('hex') };
}
