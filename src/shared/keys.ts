import { z } from 'zod';

import { KeyPassport, Verdict } from './passport.js';
import { ERROR_CODES } from './result.js';

/** Keys that are plugged in, as the window knows them. */

export const KeyId = z.string().min(1).max(200).brand<'KeyId'>();
export type KeyId = z.infer<typeof KeyId>;

/** Rules of a key beyond length, which only it can judge, and where they are explained. Absent where it does not say. */
export const PinComplexity = { complexityPolicy: z.boolean().optional(), complexityUrl: z.url().max(500).optional() };

export const PinState = z.strictObject({
  state: z.enum(['set', 'unset', 'unsupported']),
  /** Tries left before the key blocks, 0 to 8; undefined where it could not be read. */
  retries: z.int().min(0).max(8).optional(),
  /** Three wrong PINs in a row: no further try until the key is unplugged and plugged again. */
  replugNeeded: z.boolean(),
  changeRequired: z.boolean(),
  /** Code points. */
  minLength: z.int().min(4).max(63),
  maxLength: z.int().min(4).max(63),
  ...PinComplexity,
});
export type PinState = z.infer<typeof PinState>;

const KeySettings = z.strictObject({
  alwaysUv: z.boolean().optional(),
  enterpriseAttestation: z.boolean().optional(),
  longTouchForReset: z.boolean().optional(),
  /** Code points; there where it can be made longer. */
  minPinLength: z.int().optional(),
  /** Relying parties that may be told it; absent where there can be none. */
  maxRpIds: z.int().min(1).optional(),
});

export const KeySummary = z.strictObject({
  /** Stays the same while the key is plugged in. */
  id: KeyId,
  product: z.string(),
  manufacturer: z.string(),
  serial: z.string().optional(),
  connection: z.enum(['usb', 'simulator', 'practice']),
  /** There when the key cannot be used as it is: why. The members below are absent then. */
  problem: z.enum(ERROR_CODES).optional(),
  details: z
    .strictObject({
      /** What it is by its own word, held against what is known of its model. */
      passport: KeyPassport,
      /** What the station's policy says to it, before anybody touches it. */
      verdict: Verdict,
      /** The device's own version, where the passport has no firmware. */
      deviceVersion: z.string().optional(),
      pin: PinState,
      /** What can be set on it, and how that stands; absent: the key does not have that setting. */
      settings: KeySettings,
      /** Whether it has a sensor on which fingers can be enrolled. */
      managesFingerprints: z.boolean(),
      /** Whether single passkeys can be listed and removed (credential management). */
      managesPasskeys: z.boolean(),
      /** Whether their names can be changed as well: not by the prototype of that command. */
      renamesPasskeys: z.boolean(),
      /** Whether its passkeys can be listed without the PIN, for a person who wants that. */
      canRemember: z.boolean(),
    })
    .optional(),
});
export type KeySummary = z.infer<typeof KeySummary>;
