import type { Pool } from '../context.js';
import type { Proof, Step } from '../sessions.js';
import type { User } from '../state.js';
import { checkNoReset } from '../users/standing.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { continueCustom } from './custom-auth.js';
import { askSecondFactor } from './second-factor.js';
import { signedIn } from './signed-in.js';

/**
 * What follows a challenge that was answered rightly: the next one of a custom flow, a second factor, or tokens.
 * Throws PasswordResetRequiredException for a user whose password was reset meanwhile.
 *
 * @param proofs what the answer has proven
 * @param source which PreTokenGeneration event it is, if tokens come now
 */
export async function proven(
  pool: Pool,
  claimant: Claimant,
  user: User,
  challengeName: Step['name'],
  proofs: readonly Proof[],
  source?: `TokenGeneration_${string}`,
): Promise<AuthAnswer> {
  checkNoReset(user);
  const next = { ...withRound(claimant, challengeName), proofs: [...claimant.proofs, ...proofs] };
  // What a custom flow asks for is its functions' business, second factors too.
  if (claimant.flow === 'CUSTOM_AUTH') return continueCustom(pool, next);
  return (await askSecondFactor(pool, next, user)) ?? signedIn(pool, next, user, source);
}

/** The claimant with one more challenge behind them. */
export const withRound = (claimant: Claimant, challengeName: string): Claimant => ({
  ...claimant,
  rounds: [...claimant.rounds, { challengeName, challengeResult: true }],
});
