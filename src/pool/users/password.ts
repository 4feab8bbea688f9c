import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { newSrpVerifier } from '../srp/verifier.js';
import type { PasswordHash } from '../state.js';

const DAY_MS = 86_400_000;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** scrypt's cost: 16 MiB and some tens of milliseconds; a practice pool on loopback needs no more. */
const COST = { N: 16_384, r: 8, p: 1 };

/** Whose password it is: SRP binds a password to pool and name. */
export interface PasswordOwner {
  readonly userPoolId: string;
  readonly username: string;
}

/** Hashes a password for keeping, for both ways of proving it. */
export async function hashPassword({ userPoolId, username }: PasswordOwner, password: string): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  return {
    salt: salt.toString('base64url'),
    hash: hash.toString('base64url'),
    srp: newSrpVerifier(userPoolId, username, password),
  };
}

/**
 * Whether the password fits. Without a stored hash (no such user, or no password set) it works as long and says no,
 * so that time does not tell who exists.
 */
export async function passwordFits(password: string, stored: PasswordHash | null): Promise<boolean> {
  const salt = stored ? Buffer.from(stored.salt, 'base64url') : Buffer.alloc(SALT_BYTES);
  const expected = stored ? Buffer.from(stored.hash, 'base64url') : Buffer.alloc(KEY_BYTES);
  const actual = await derive(password, salt);
  return stored !== null && actual.length === expected.length && timingSafeEqual(actual, expected);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, COST, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** What a policy may ask for, in the order in which Cognito complains. */
const CLASS_RULES = [
  ['RequireLowercase', /[a-z]/, 'Password must have lowercase characters'],
  ['RequireUppercase', /[A-Z]/, 'Password must have uppercase characters'],
  ['RequireNumbers', /[0-9]/, 'Password must have numeric characters'],
  ['RequireSymbols', /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/, 'Password must have symbol characters'],
] as const;

/** Throws InvalidPasswordException when the password breaks the pool's policy. */
export function checkPasswordPolicy({ store }: Pick<Pool, 'store'>, password: string): void {
  const policy = store.settings.pool.Policies.PasswordPolicy;
  const broken = CLASS_RULES.find(([name, rule]) => policy[name] && !rule.test(password));
  const complaint = password.length < policy.MinimumLength ? 'Password not long enough' : broken?.[2];
  if (complaint !== undefined)
    throw new ServiceError('InvalidPasswordException', `Password did not conform with password policy: ${complaint}`);
}

/** When a temporary password that is given out now ends, ms since the epoch. */
export function endOfTemporaryPassword({ store, now }: Pick<Pool, 'store' | 'now'>): number {
  return now() + store.settings.pool.Policies.PasswordPolicy.TemporaryPasswordValidityDays * DAY_MS;
}

const CLASSES = ['abcdefghijkmnpqrstuvwxyz', 'ABCDEFGHJKLMNPQRSTUVWXYZ', '23456789', '!@#%&*+-='];

/** A temporary password that obeys every policy's classes; without letters that are taken for digits. */
export function newTemporaryPassword(): string {
  // Every class in turn, so that each occurs.
  return Array.from({ length: 12 }, (_, index) => {
    const letters = CLASSES[index % CLASSES.length] ?? '';
    return letters.charAt(randomInt(letters.length));
  }).join('');
}
