import { z } from 'zod';

import { CeremonyId } from './ceremony.js';
import { KeyId } from './keys.js';
import { KioskEnd } from './kiosk.js';
import { CredentialId } from './on-key.js';

/** What a person at a kiosk is asked to approve: one of these. Main has the words. */
export const KioskWish = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('passkey.delete'), credentialId: CredentialId }),
  z.strictObject({ action: z.literal('passkey.enrol') }),
]);
export type KioskWish = z.infer<typeof KioskWish>;

/** Opaque; longer than any that the service gives. */
const RefreshToken = z.string().min(1).max(16_384);

/** What the window of a kiosk may ask besides. */
export const kioskRequests = {
  /** How the window begins: for one person at a time there is one window. */
  'kiosk.get': {
    input: z.void(),
    output: z.strictObject({
      /** Keys that were plugged in when the person before was signed out: none of them taps in by itself. */
      leftIn: z.array(KeyId),
      /** Why that was; absent for the first window. */
      ended: KioskEnd.optional(),
    }),
  },
  /**
   * A person has signed in with the key. Main keeps the refresh token in memory, only to revoke it when the session ends.
   * Refused when the key is out again, or has signed nothing in this window.
   */
  'kiosk.begin': {
    input: z.strictObject({
      /** Who it is, by the ID token that the window has verified. */
      username: z.string().min(1).max(256),
      sub: z.string().min(1).max(256),
      refreshToken: RefreshToken,
      keyId: KeyId,
    }),
    output: z.void(),
  },
  /** The session goes on with this refresh token: it is to be revoked as well. */
  'kiosk.renewed': { input: z.strictObject({ refreshToken: RefreshToken }), output: z.void() },
  /** Before something critical: what the person will be asked to sign, word for word. It takes the place of what was asked before. */
  'kiosk.ask': { input: KioskWish, output: z.strictObject({ requestId: z.uuid(), text: z.string() }) },
  /**
   * The person signs that with the key by which they are signed in. The `keys.get` that follows does not ask for the PIN again.
   * Refused after five minutes.
   */
  'kiosk.approve': {
    input: z.strictObject({ ceremonyId: CeremonyId, requestId: z.uuid() }),
    output: z.strictObject({
      /** Whether this station has verified the signature: false where it does not know the passkey's public key. */
      verified: z.boolean(),
    }),
  },
  /** The person does something. */
  'kiosk.active': { input: z.void(), output: z.void() },
  /** … and goes on, although somebody has plugged in another key. */
  'kiosk.stay': { input: z.void(), output: z.void() },
  /** The person taps out. */
  'kiosk.end': { input: z.void(), output: z.void() },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
