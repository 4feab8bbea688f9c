import type { Pool } from '../context.js';
import type { UserStatus } from '../state.js';
import type { Store } from '../store.js';
import { addUser } from './new-user.js';
import { endOfTemporaryPassword, hashPassword, passwordFits } from './password.js';

/** A user that a new pool begins with. */
export interface ReadyUser {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  /** A temporary password has to be replaced at the first sign-in. */
  readonly temporary?: boolean;
}

/** One who can sign in, and one who must choose a password first. The passwords open nothing but a practice pool. */
export const DEFAULT_USERS: readonly ReadyUser[] = [
  { username: 'ana', email: 'ana@example.com', password: 'Practice-ana-1' },
  { username: 'ben', email: 'ben@example.com', password: 'Practice-ben-1', temporary: true },
];

export async function seedUsers(
  pool: Pick<Pool, 'store' | 'now'>,
  userPoolId: string,
  users: readonly ReadyUser[],
): Promise<void> {
  for (const { username, email, password, temporary = false } of users) {
    addUser(pool, {
      username,
      password: await hashPassword({ userPoolId, username }, password),
      temporaryUntil: temporary ? endOfTemporaryPassword(pool) : null,
      status: temporary ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
      attributes: new Map([
        ['email', email],
        ['email_verified', 'true'],
      ]),
    });
  }
}

/** Those ready-made users who are still there with the password they were made with. */
export async function presentUsers(
  store: Store,
  users: readonly ReadyUser[],
): Promise<{ username: string; email: string; password: string; status: UserStatus }[]> {
  const present = await Promise.all(
    users.map(async ({ username, email, password }) => {
      const user = store.userNamed(username);
      const unchanged = user && (await passwordFits(password, user.password));
      return unchanged ? [{ username, email: user.attributes['email'] ?? email, password, status: user.status }] : [];
    }),
  );
  return present.flat();
}
