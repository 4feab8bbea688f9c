import { z } from 'zod';

/** The three desks that Keydesk serves: an employee's own, the helpdesk, and a station that many people share. */
export const MODES = ['desk', 'helpdesk', 'kiosk'] as const;
export const Mode = z.enum(MODES);
export type Mode = z.infer<typeof Mode>;

/** What the helpdesk goes by; a member of the station's policy. */
export const HelpdeskRules = z.strictObject({
  /** The group of the pool to which operators belong. */
  group: z.string().regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u, 'expected the name of a group of the pool'),
  /** The app client of sessions on somebody's behalf (resources/cognito). */
  clientId: z.string().regex(/^[0-9a-z]{1,128}$/, 'expected an app client id'),
  /** The KMS key that permits them: a key id, an ARN, or an alias. */
  kmsKeyId: z.string().regex(/^[\w:/-]{1,2048}$/, 'expected the id, ARN or alias of a KMS key'),
});
export type HelpdeskRules = z.infer<typeof HelpdeskRules>;

/** What a kiosk goes by; a member of the station's policy. */
export const KioskRules = z.strictObject({
  /** A person who does nothing for as long is signed out. */
  idleSeconds: z.int().min(10).max(3600).default(120),
  /** For the last seconds of that the countdown is shown. */
  warnSeconds: z.int().min(5).max(60).default(15),
  /** Whether people may change their passkeys and their key here; otherwise they may look. */
  mayChange: z.boolean().default(false),
  /** Whether whoever plugs in a key is told whose it is, where the station knows, before the PIN is entered. */
  greets: z.boolean().default(true),
});
export type KioskRules = z.infer<typeof KioskRules>;
