import { z } from 'zod';

import { KeyId, PinComplexity } from './keys.js';
import { Pin } from './pin.js';
import { ERROR_CODES } from './result.js';

/** What a ceremony asks a person for, and what they answer. */

/** Chosen by the window, so that it can listen before it asks. */
export const CeremonyId = z.uuid().brand<'CeremonyId'>();
export type CeremonyId = z.infer<typeof CeremonyId>;

/** Every request that begins a ceremony has these two. */
export const ceremony = { ceremonyId: CeremonyId, keyId: KeyId };

/** What a ceremony wants next from the person. Sent whenever it changes. */
export const CeremonyEvent = z.strictObject({
  ceremonyId: CeremonyId,
  need: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('wait') }),
    z.strictObject({
      kind: z.literal('touch'),
      /** Milliseconds since 1970. */
      deadline: z.number(),
      /** Where it takes a finger on the sensor, not any touch. */
      finger: z
        .strictObject({
          /** True when the one put on before was not recognised. */
          failed: z.boolean(),
          /** Tries left before the key takes only the PIN. */
          retries: z.int().optional(),
        })
        .optional(),
      /** Where it must be a long one. */
      seconds: z.number().optional(),
    }),
    /** A finger is being enrolled, and is wanted on the sensor once more. */
    z.strictObject({
      kind: z.literal('sample'),
      deadline: z.number(),
      /** What became of the one before, as the key numbers it: `fingerprint-feedback.ts` has the words. */
      status: z.int().optional(),
      /** Good ones still to come, and of how many; undefined before the first. */
      remaining: z.int().optional(),
      total: z.int().optional(),
    }),
    z.strictObject({ kind: z.literal('unplug'), deadline: z.number() }),
    z.strictObject({
      kind: z.literal('plug'),
      deadline: z.number(),
      /** The product of a key that was plugged in and is not the one. */
      another: z.string().optional(),
    }),
    z.strictObject({
      kind: z.literal('pin'),
      /** True when the one entered before was wrong. */
      wrong: z.boolean(),
      retries: z.int().optional(),
      /** True when the answer must say yes to spending one of the last tries. */
      lastTries: z.boolean(),
    }),
    z.strictObject({
      kind: z.literal('new-pin'),
      minLength: z.int(),
      maxLength: z.int(),
      ...PinComplexity,
      /** True when the key has refused the one chosen just before, by rules of its own. */
      refused: z.boolean().optional(),
      /** True when the PIN entered just before is right, and the key takes it for nothing but being replaced by another. */
      mustChange: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal('account'),
      accounts: z.array(z.strictObject({ name: z.string(), displayName: z.string() })),
    }),
    /** It was in vain, nothing has changed, and it can be begun again from its first step: the reason. */
    z.strictObject({ kind: z.literal('again'), code: z.enum(ERROR_CODES) }),
  ]),
});
export type CeremonyEvent = z.infer<typeof CeremonyEvent>;

export const CeremonyAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pin'), pin: Pin, spendLastTries: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('new-pin'), pin: Pin }),
  z.strictObject({ kind: z.literal('account'), index: z.int().min(0) }),
  /** Yes, begin again. Whoever does not want to cancels. */
  z.strictObject({ kind: z.literal('again') }),
]);
