import { z } from 'zod';

import { CredentialId } from './on-key.js';

/** What main remembers of passkeys: the pool keeps no names, no models, and cannot say which key holds one. */

export const Nickname = z.string().trim().min(1).max(64);

export const PasskeyRecord = z.strictObject({
  credentialId: CredentialId,
  nickname: Nickname,
  keyProduct: z.string(),
  keySerial: z.string().optional(),
  aaguid: z.string(),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
});
export type PasskeyRecord = z.infer<typeof PasskeyRecord>;

/** A passkey that is on a key though the pool does not know it: the enrolment ended between the two. */
export const Orphan = z.strictObject({
  /** Names the journal's entry. */
  id: z.uuid(),
  /** Undefined while it is not known whether the key made one: the app ended while asking it. */
  credentialId: CredentialId.optional(),
  rpId: z.string(),
  /** The user handle, base64url: what the pool has now is known only when this very person is signed in. */
  userId: z.string(),
  userName: z.string(),
  keyProduct: z.string(),
  keySerial: z.string().optional(),
  createdAt: z.iso.datetime(),
});
export type Orphan = z.infer<typeof Orphan>;
