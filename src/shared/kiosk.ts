import { z } from 'zod';

/** Why a person's time at a kiosk was over. */
const KIOSK_ENDS = [
  'tapped-out', // the person has said so
  'key-out', // the key was pulled out
  'idle', // nobody did anything for as long as the policy allows
  'other-key', // somebody else plugged in a key, and the person did not say that they go on
  'suspend', // the computer went to sleep
  'lock', // its screen was locked
  'policy', // the station's policy has become one that cannot be used
  'window', // the window broke down, or was closed
  'shutdown', // the app, or the computer, ends
] as const;
export const KioskEnd = z.enum(KIOSK_ENDS);
export type KioskEnd = z.infer<typeof KioskEnd>;

/** What ends by itself in some seconds, unless the person says that they are there. */
export const KioskCountdown = z.strictObject({
  reason: z.enum(['idle', 'other-key']),
  /** Whole seconds that are left; main counts them, so that no clock that is set meanwhile matters. */
  seconds: z.int().min(0),
});
export type KioskCountdown = z.infer<typeof KioskCountdown>;
