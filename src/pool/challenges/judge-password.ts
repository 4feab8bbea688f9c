import type { Pool } from '../context.js';
import { notAuthorized, wrongPassword } from '../errors.js';
import type { User } from '../state.js';
import { checkStanding } from '../users/standing.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { askNewPassword } from './ask-new-password.js';
import { proven, withRound } from './proven.js';

/**
 * Lets a password be judged under the rules of lockout, and goes on from there: to a new password where it was a
 * temporary one. Throws NotAuthorized-, UserNotConfirmed- or PasswordResetRequiredException.
 *
 * @param fits whether the claimant knows the user's password; false where there is no user
 */
export async function judgePassword(
  pool: Pool,
  claimant: Claimant,
  challengeName: 'PASSWORD' | 'PASSWORD_VERIFIER',
  fits: (user: User | undefined) => boolean | Promise<boolean>,
): Promise<AuthAnswer> {
  const { user, username } = claimant;
  pool.attempts.check(username);
  // Measured at the service: an unconfirmed user is told so before the password is looked at.
  checkStanding(user);
  // Counted before it is judged: of many guesses at once, none gets past the lock while the others are being hashed.
  pool.attempts.failed(username);
  if (!(await fits(user)) || !user) throw wrongPassword();
  pool.attempts.succeeded(username);
  if (user.status !== 'FORCE_CHANGE_PASSWORD') return proven(pool, claimant, user, challengeName, ['pwd']);
  if (user.temporaryUntil !== null && pool.now() >= user.temporaryUntil)
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  return askNewPassword(pool, withRound(claimant, challengeName), user);
}
