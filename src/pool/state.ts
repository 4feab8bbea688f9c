import { z } from 'zod';

import { Settings } from './settings.js';

/** Milliseconds since the epoch. */
const Time = z.number().nonnegative();
const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/);

const PasswordHash = z.strictObject({ salt: Base64Url, hash: Base64Url });
export type PasswordHash = z.infer<typeof PasswordHash>;

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

const UserStatus = z.enum(['UNCONFIRMED', 'CONFIRMED', 'FORCE_CHANGE_PASSWORD']);
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
  /** The sign-up code that was mailed, sealed. */
  confirmation: z.strictObject({ seal: Base64Url, expiresAt: Time }).nullable(),
  passkeys: z.array(Passkey),
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
  authTime: Time,
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
