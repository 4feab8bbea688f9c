import { z } from 'zod';

import type { RegistrationJSON } from '../ctap/client/webauthn-json.js';
import { decodeAuthenticatorData } from '../ctap/codec/authenticator-data.js';
import { fromBase64url, toBase64url, utf8 } from '../ctap/codec/bytes.js';

/**
 * The public key of a passkey that a key has just made: its COSE_Key as it came, base64url, which is what relying parties store
 * (WebAuthn Level 3 §7.1 step 27). Captured here, because a user pool tells nobody's afterwards.
 * @throws RangeError, CborError for authenticator data that `create` would not have let through
 */
export function publicKeyOf({ response: { authenticatorData } }: Pick<RegistrationJSON, 'response'>): string {
  const { attestedCredential } = decodeAuthenticatorData(fromBase64url(authenticatorData));
  if (!attestedCredential) throw new RangeError('A registration without a credential');
  return toBase64url(attestedCredential.publicKeyBytes);
}

/**
 * Whose a passkey is: the user handle of a pool's passkeys is the text of the person's `sub`, 36 letters, and not the 16 bytes
 * that they write. Undefined for one of another form.
 * @param userId the user handle, base64url
 */
export function subOf(userId: string): string | undefined {
  return z.guid().safeParse(Buffer.from(userId, 'base64url').toString()).data;
}

/** What keys know the person of a `sub` by, base64url: the other way round of `subOf`. */
export function userHandleOf(sub: string): string {
  return toBase64url(utf8(sub));
}
