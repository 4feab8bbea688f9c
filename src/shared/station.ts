import { z } from 'zod';

import { KioskRules, Mode } from './mode.js';
import { PolicyStatus } from './passport.js';
import { RpId } from './rp-id.js';

/** The station and its pool, as the window knows them. */

/**
 * A user pool as the person names it. Main validates it, keeps it, and pins the RP ID. The region `local` is the
 * local pool's, which has no address on the internet.
 */
export const PoolSettings = z.strictObject({
  region: z.string().regex(/^(local|[a-z]{2}(-[a-z]+)+-\d)$/, 'expected a region such as eu-west-1'),
  userPoolId: z
    .string()
    .regex(/^(local|[a-z]{2}(-[a-z]+)+-\d)_[0-9A-Za-z]{1,55}$/, 'expected an id such as eu-west-1_AbCdEfGhI'),
  clientId: z.string().regex(/^[0-9a-z]{1,128}$/, 'expected an app client id'),
  rpId: RpId,
});
export type PoolSettings = z.infer<typeof PoolSettings>;

/** A person of the practice pool, whose password may be shown: it opens nothing else. */
const PracticeUser = z.strictObject({ username: z.string(), password: z.string(), status: z.string() });

/** What the window needs to know of the station before anything else. */
export const Station = z.strictObject({
  version: z.string(),
  /** Which desk this is. It does not change while the app runs. */
  mode: Mode,
  /** What a kiosk goes by; absent elsewhere. */
  kiosk: KioskRules.optional(),
  /** Undefined until a pool is connected: the first run. */
  pool: z.strictObject({ ...PoolSettings.shape, endpoint: z.url() }).optional(),
  /** There while practising with the local pool and a software key. */
  practice: z.strictObject({ users: z.array(PracticeUser) }).optional(),
  /** Whether the station has a policy; a locked one changes nothing. */
  policy: PolicyStatus,
});
export type Station = z.infer<typeof Station>;
