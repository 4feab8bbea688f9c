import { z } from 'zod';

import { Settings } from './settings.js';

/** Milliseconds since the epoch. */
const Time = z.number().nonnegative();
const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/);

const PasswordHash = z.strictObject({
  salt: Base64Url,
  hash: Base64Url,
  /** The same password for SRP; null until it is next seen, where the file is older than SRP in this pool. */
  srp: z.strictObject({ salt: Base64Url, verifier: Base64Url }).nullable(),
});
export type PasswordHash = z.infer<typeof PasswordHash>;

/** What the codes that outlive a sign-in are for. */
const CodePurpose = z.enum(['confirm-sign-up', 'reset-password', 'verify-email', 'verify-phone_number']);
export type CodePurpose = z.infer<typeof CodePurpose>;

/** A code that was sent, sealed, and which attribute it proves. */
const SentCode = z.strictObject({ seal: Base64Url, expiresAt: Time, attribute: z.enum(['email', 'phone_number']) });

export const MfaMethod = z.enum(['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP']);
export type MfaMethod = z.infer<typeof MfaMethod>;

/** A user's second factors. */
const Mfa = z.strictObject({
  enabled: z.array(MfaMethod),
  preferred: MfaMethod.nullable(),
  /** Whether a passkey that verifies its user counts for both. */
  webAuthn: z.boolean(),
});

/** An authenticator app. `lastStep` is the last time step whose code was taken: no code serves twice. */
const SoftwareToken = z.strictObject({ secret: z.string(), name: z.string(), lastStep: z.int() });

const Passkey = z.strictObject({
  id: Base64Url,
  /** COSE key, base64url. */
  publicKey: Base64Url,
  counter: z.int().nonnegative(),
  rpId: z.string(),
  name: z.string(),
  attachment: z.string().nullable(),
  transports: z.array(z.string()),
  createdAt: Time,
});
export type Passkey = z.infer<typeof Passkey>;

const UserStatus = z.enum(['UNCONFIRMED', 'CONFIRMED', 'FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED']);
export type UserStatus = z.infer<typeof UserStatus>;

export const User = z.strictObject({
  username: z.string(),
  sub: z.uuid(),
  status: UserStatus,
  enabled: z.boolean(),
  createdAt: Time,
  modifiedAt: Time,
  /** All but `sub`; values are strings, as in the API. */
  attributes: z.record(z.string(), z.string()),
  password: PasswordHash.nullable(),
  /** When a temporary password ends; null once the user has chosen one. */
  temporaryUntil: Time.nullable(),
  codes: z.partialRecord(CodePurpose, SentCode),
  /** New addresses that take the place of the old ones once they are proven. */
  pendingAttributes: z.record(z.string(), z.string()),
  passkeys: z.array(Passkey),
  mfa: Mfa,
  softwareToken: SoftwareToken.nullable(),
  /** The secret of an authenticator app that has not shown a code yet. */
  pendingSoftwareToken: z.string().nullable(),
  /** Names of groups. */
  groups: z.array(z.string()).default([]),
});
export type User = z.infer<typeof User>;

/** Users that share rights. What was not said is null. */
export const Group = z.strictObject({
  name: z.string(),
  description: z.string().nullable(),
  roleArn: z.string().nullable(),
  /** The lower, the more it counts; null counts least. */
  precedence: z.int().nonnegative().nullable(),
  createdAt: Time,
  modifiedAt: Time,
});
export type Group = z.infer<typeof Group>;

/** One sign-in. Every token that comes from it names it (`origin_jti`), so revoking it revokes them all. */
export const Grant = z.strictObject({
  id: z.uuid(),
  sub: z.uuid(),
  clientId: z.string(),
  /** SHA-256 of the refresh token, base64url. */
  refreshHash: Base64Url,
  /** Refresh tokens that rotation has replaced, the newest last, and until when each still serves a retry. */
  retired: z.array(z.strictObject({ hash: Base64Url, until: Time })),
  authTime: Time,
  /** How the user proved who they are (`amr`, RFC 8176). */
  amr: z.array(z.string()),
  expiresAt: Time,
  revoked: z.boolean(),
});
export type Grant = z.infer<typeof Grant>;

const SigningKey = z.looseObject({
  kty: z.literal('RSA'),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
});
export type SigningKey = z.infer<typeof SigningKey>;

/** What never changes in a pool's life. */
export const Identity = z.strictObject({
  userPoolId: z.string().regex(/^[\w-]+_[0-9a-zA-Z]+$/),
  createdAt: Time,
  /** Key of everything the pool derives: simulated users, sealed codes, page tokens. */
  secret: Base64Url,
  signingKeys: z.strictObject({ id: SigningKey, access: SigningKey }),
});
export type Identity = z.infer<typeof Identity>;

export const State = z.strictObject({
  ...Identity.shape,
  settings: Settings,
  users: z.array(User),
  groups: z.array(Group).default([]),
  grants: z.array(Grant),
});
/** All that outlives the process. Sessions, challenges and failed attempts do not: they last minutes. */
export type State = z.infer<typeof State>;
