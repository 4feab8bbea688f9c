import type { Pool } from '../context.js';
import type { User } from '../state.js';
import { hashPassword } from './password.js';

/** Gives the user a permanent password. That it obeys the policy was checked before. */
export async function setPassword(pool: Pool, user: User, password: string): Promise<void> {
  const hashed = await hashPassword({ userPoolId: pool.config.userPoolId, username: user.username }, password);
  Object.assign(user, { password: hashed, temporaryUntil: null, status: 'CONFIRMED', modifiedAt: pool.now() });
  pool.store.touch(user);
}
