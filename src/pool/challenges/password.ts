import type { Pool } from '../context.js';
import { missingParameter, notAuthorized, ServiceError, wrongPassword } from '../errors.js';
import { passwordFits } from '../users/password.js';
import type { AuthAnswer, Claimant, Turn } from './answer.js';
import { challenge, signedIn } from './answer.js';
import { askNewPassword } from './new-password.js';

/** PASSWORD: judged at once when the password came along, asked for when not. */
export function beginPassword(
  pool: Pool,
  claimant: Claimant,
  { PASSWORD }: Readonly<Record<string, string>>,
): Promise<AuthAnswer> {
  if (PASSWORD === undefined) return Promise.resolve(challenge(pool, claimant, { name: 'PASSWORD' }));
  return judge(pool, claimant, PASSWORD);
}

export function answerPassword(pool: Pool, { claimant, responses }: Turn<'PASSWORD'>): Promise<AuthAnswer> {
  const { PASSWORD } = responses;
  if (PASSWORD === undefined) throw missingParameter('PASSWORD');
  return judge(pool, claimant, PASSWORD);
}

async function judge(pool: Pool, claimant: Claimant, password: string): Promise<AuthAnswer> {
  const { user, username, clientId } = claimant;
  pool.attempts.check(username);
  // Measured at the service: an unconfirmed user is told so before the password is looked at.
  if (user?.status === 'UNCONFIRMED') throw new ServiceError('UserNotConfirmedException', 'User is not confirmed.');
  // Counted before it is judged: of many guesses at once, none gets past the lock while the others are being hashed.
  pool.attempts.failed(username);
  const fits = await passwordFits(password, user?.password ?? null);
  if (!user || !fits) throw wrongPassword();
  pool.attempts.succeeded(username);
  if (user.status !== 'FORCE_CHANGE_PASSWORD') return signedIn(pool, user, clientId);
  if (user.temporaryUntil !== null && pool.now() >= user.temporaryUntil)
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  return askNewPassword(pool, claimant, user);
}
