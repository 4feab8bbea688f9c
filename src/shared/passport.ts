/**
 * What Keydesk tells of a security key before anybody types a PIN or touches it, and what the station's policy says to it.
 * Plain data, so that window, command line and logs can all have it; `src/passport` fills it in.
 */
import { z } from 'zod';

import type { ErrorCode } from './result.js';

/** FIDO's certification levels, the lowest first (FIDO Metadata Service 3, AuthenticatorStatus). */
export const CERTIFICATION_LEVELS = [
  'none',
  'FIDO_CERTIFIED', // the scheme before levels: functional tests only
  'FIDO_CERTIFIED_L1',
  'FIDO_CERTIFIED_L1plus',
  'FIDO_CERTIFIED_L2',
  'FIDO_CERTIFIED_L2plus',
  'FIDO_CERTIFIED_L3',
  'FIDO_CERTIFIED_L3plus',
] as const;
export const CertificationLevel = z.enum(CERTIFICATION_LEVELS);
export type CertificationLevel = z.infer<typeof CertificationLevel>;

/** What a person should know of a key although nothing is refused for it. */
const PASSPORT_WARNINGS = [
  'model-unknown', // neither our table nor the metadata knows the AAGUID
  'vendor-differs', // the USB device names another maker than the AAGUID stands for
  'metadata-stale', // the metadata should have been replaced by a newer one
  'not-in-metadata', // metadata is there, but without this model
  'update-available', // the vendor has a firmware without a known fault
  'compromised', // the metadata reports a fault of this model, or that it was revoked
  'differs-from-metadata', // the key says of itself what its model does not have, or lacks what it has
  'certification-only-claimed', // the key says that it is certified, and no metadata proves it
  'pin-must-change',
  'full', // no room for another discoverable passkey
] as const;
export type PassportWarningCode = (typeof PASSPORT_WARNINGS)[number];

export const PassportWarning = z.strictObject({
  code: z.enum(PASSPORT_WARNINGS),
  /** Names and numbers for the helpdesk. */
  detail: z.string().optional(),
});
export type PassportWarning = z.infer<typeof PassportWarning>;

export const KeyPassport = z.strictObject({
  /** The model as the key claims it: proved only by the attestation of a new passkey. All zeros: the key does not say. */
  aaguid: z.string(),
  vendor: z.string().optional(),
  model: z.string().optional(),
  /** As the vendor writes it where we know how, else the number that the key gives. */
  firmware: z.string().optional(),
  versions: z.array(z.string()),
  certification: z.strictObject({
    level: CertificationLevel,
    /** Who says so: FIDO's signed metadata, or only the key itself. */
    source: z.enum(['metadata', 'key', 'nobody']),
    /** Other schemes, as they are named: FIPS 140, Common Criteria. */
    others: z.array(z.string()),
    /** Reports of the metadata that speak against the model: REVOKED, USER_VERIFICATION_BYPASS … */
    disqualifications: z.array(z.string()),
  }),
  /** Room for this many more passkeys; undefined where the key does not say. */
  slotsLeft: z.int().min(0).optional(),
  pin: z.strictObject({
    state: z.enum(['set', 'unset', 'unsupported']),
    /** Code points. */
    minLength: z.int().min(0),
    mustChange: z.boolean(),
  }),
  /** A fingerprint reader or the like: `unset` is there without a finger enrolled. */
  builtInUv: z.enum(['set', 'unset', 'unsupported']),
  /** Whether the key never works without verifying its person. */
  alwaysUv: z.boolean(),
  transports: z.array(z.string()),
  warnings: z.array(PassportWarning),
});
export type KeyPassport = z.infer<typeof KeyPassport>;

/** Why a policy refuses a key, or a passkey that was made on it: failures like others, with sentences of their own. */
const POLICY_REFUSALS = [
  'policy/locked',
  'policy/key-not-allowed',
  'policy/certification-too-low',
  'policy/certification-unproved',
  'policy/compromised',
  'policy/no-user-verification',
  'policy/pin-too-short',
  'policy/attestation-failed',
  'policy/attestation-unproved',
] as const satisfies readonly ErrorCode[];

export const Refusal = z.strictObject({
  reason: z.enum(POLICY_REFUSALS),
  detail: z.string().optional(),
});
export type Refusal = z.infer<typeof Refusal>;

/** What the policy says to a key, before any touch. Without a policy every key is allowed. */
export const Verdict = z.strictObject({ allowed: z.boolean(), refusals: z.array(Refusal) });
export type Verdict = z.infer<typeof Verdict>;

/** Whether the station has a policy. `locked`: it has one that cannot be read, and therefore changes nothing. */
export const PolicyStatus = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('none') }),
  z.strictObject({ state: z.literal('active') }),
  z.strictObject({
    state: z.literal('locked'),
    /** Says what is wrong, in words. */
    reason: z.string(),
    /** Counted from 1; undefined when the file could not be read at all. */
    line: z.int().min(1).optional(),
  }),
]);
export type PolicyStatus = z.infer<typeof PolicyStatus>;
