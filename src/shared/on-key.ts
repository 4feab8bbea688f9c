import { z } from 'zod';

import { ceremony } from './ceremony.js';
import { RpId } from './rp-id.js';
import { Base64Url } from './webauthn-json.js';

/** What is on a key, read with its PIN. */

export const CredentialId = Base64Url.min(1).max(1400);

/** A passkey as the key keeps it. Keys may cut names. */
export const StoredPasskey = z.strictObject({
  credentialId: CredentialId,
  userName: z.string(),
  displayName: z.string(),
  /** Data that the key keeps beside it (a large blob), in bytes; absent where there is none. */
  blobSize: z.int().min(0).optional(),
});
export type StoredPasskey = z.infer<typeof StoredPasskey>;

/** An account of the pool, as a key keeps it. */
export const TapInAccount = z.strictObject({
  credentialId: CredentialId,
  userHandle: Base64Url,
  /** Keys may cut it, or keep it to themselves. */
  name: z.string(),
  displayName: z.string(),
  /** Whom to sign in; absent where neither key nor station is sure of the whole name. */
  username: z.string().optional(),
});
export type TapInAccount = z.infer<typeof TapInAccount>;

export const StoredPasskeys = z.strictObject({
  existing: z.int().min(0),
  /** Room for at most this many more. */
  remaining: z.int().min(0),
  /** Whether they were listed, and will be until the window is closed, without the PIN. */
  remembered: z.boolean(),
  /** True where the data beside the passkeys cannot be read, so that nothing says which of them have some. */
  blobsUnreadable: z.boolean().optional(),
  relyingParties: z.array(
    z.strictObject({
      /** As far as the key keeps it: keys may cut it to 32 bytes. */
      rpId: z.string(),
      /** SHA-256 of the whole RP ID: names the relying party where the ID was cut. */
      rpIdHash: Base64Url,
      passkeys: z.array(StoredPasskey),
    }),
  ),
});
export type StoredPasskeys = z.infer<typeof StoredPasskeys>;

/** One passkey on a key. */
export const onKey = { ...ceremony, rpIdHash: Base64Url, credentialId: CredentialId };

/** Every key takes names of 64 bytes; longer ones may be cut. */
export const UserText = z.string().trim().max(64);

/** The key's own name for a fingerprint. */
export const FingerprintId = Base64Url.min(1).max(400);
/** Sensors take up to 64 bytes, some fewer. */
export const FingerprintName = z.string().trim().min(1).max(64);

export const StoredFingerprint = z.strictObject({
  id: FingerprintId,
  /** Undefined until somebody has named it. */
  name: z.string().optional(),
});
export type StoredFingerprint = z.infer<typeof StoredFingerprint>;

export const StoredFingerprints = z.strictObject({
  /** Good samples that an enrolment takes at the most. */
  maxSamples: z.int(),
  /** The longest name, in bytes. */
  maxNameLength: z.int(),
  fingerprints: z.array(StoredFingerprint),
});
export type StoredFingerprints = z.infer<typeof StoredFingerprints>;

/** One thing to set on a key. Those without a value cannot be taken back but by a reset. */
export const SettingChange = z.discriminatedUnion('setting', [
  z.strictObject({ setting: z.literal('always-uv'), on: z.boolean() }),
  z.strictObject({ setting: z.literal('enterprise-attestation') }),
  z.strictObject({ setting: z.literal('long-touch-for-reset') }),
  z.strictObject({ setting: z.literal('min-pin-length'), length: z.int().min(4).max(63) }),
  /** Who may learn the shortest PIN, in place of all before. */
  z.strictObject({ setting: z.literal('min-pin-length-readers'), rpIds: z.array(RpId).min(1).max(64) }),
  z.strictObject({ setting: z.literal('force-pin-change') }),
]);
