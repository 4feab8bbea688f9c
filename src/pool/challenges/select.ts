import type { Pool } from '../context.js';
import { invalidParameter, missingParameter } from '../errors.js';
import type { FirstChallenge } from '../sessions.js';
import type { AuthAnswer, Turn } from './answer.js';
import { beginFactor } from './first-factors.js';

/** What the choice of a factor brings along. */
const NEEDED: Partial<Record<FirstChallenge, string>> = { PASSWORD: 'PASSWORD', PASSWORD_SRP: 'SRP_A' };

/** SELECT_CHALLENGE answered: begins the chosen factor. A password, or the first number of SRP, comes along. */
export function answerSelect(
  pool: Pool,
  { step, token, claimant, responses }: Turn<'SELECT_CHALLENGE'>,
): Promise<AuthAnswer> {
  const { ANSWER } = responses;
  const chosen = step.offered.find((factor) => factor === ANSWER);
  const needed = chosen && NEEDED[chosen];
  if (chosen === undefined || (needed !== undefined && responses[needed] === undefined)) {
    pool.sessions.giveBack(token, step);
    if (ANSWER === undefined) throw missingParameter('ANSWER');
    throw needed === undefined
      ? invalidParameter('The selected challenge is not available.')
      : missingParameter(needed);
  }
  return beginFactor(pool, claimant, chosen, responses);
}
