import { readFile } from 'node:fs/promises';

import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

import { PoolError } from './errors.js';
import { Settings } from './settings.js';
import { upgrade } from './state-upgrade.js';

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

const User = z.strictObject({
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
});
export type User = z.infer<typeof User>;

/** One sign-in. Every token that comes from it names it (`origin_jti`), so revoking it revokes them all. */
const Grant = z.strictObject({
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

const State = z.strictObject({
  version: z.literal(2),
  userPoolId: z.string().regex(/^[\w-]+_[0-9a-zA-Z]+$/),
  createdAt: Time,
  settings: Settings,
  /** Key of everything the pool derives: simulated users, sealed codes. */
  secret: Base64Url,
  signingKeys: z.strictObject({ id: SigningKey, access: SigningKey }),
  users: z.array(User),
  grants: z.array(Grant),
});
/** All that outlives the process. Sessions, challenges and failed attempts do not: they last minutes. */
export type State = z.infer<typeof State>;

/**
 * Reads a state file; undefined when there is none yet.
 * Throws PoolError `state-unreadable` or `state-damaged`, and never touches the file.
 */
export async function loadState(path: string): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new PoolError('state-unreadable', `The state file ${path} cannot be read`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message quotes the file, which holds keys: it is not passed on.
    throw new PoolError('state-damaged', `The state file ${path} is not JSON; it was left as it is`);
  }
  const state = State.safeParse(upgrade(json));
  if (state.success) return state.data;
  const where = state.error.issues.map((issue) => issue.path.join('.') || 'the whole').slice(0, 3);
  throw new PoolError(
    'state-damaged',
    `The state file ${path} is damaged at ${where.join(', ')}; it was left as it is`,
  );
}

/** Writes the state so that a crash leaves the old file or the new one; readable by its owner only. */
export async function saveState(path: string, state: State): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(state)}\n`, { mode: 0o600 });
}
