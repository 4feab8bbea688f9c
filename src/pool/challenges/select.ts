import type { Pool } from '../context.js';
import { invalidParameter, missingParameter } from '../errors.js';
import type { AuthAnswer, Turn } from './answer.js';
import { beginFactor } from './first-factors.js';

/** SELECT_CHALLENGE answered: begins the chosen factor. A password comes along in the same answer. */
export function answerSelect(
  pool: Pool,
  { step, token, claimant, responses }: Turn<'SELECT_CHALLENGE'>,
): Promise<AuthAnswer> {
  const { ANSWER } = responses;
  const chosen = step.offered.find((factor) => factor === ANSWER);
  if (chosen === undefined || (chosen === 'PASSWORD' && responses['PASSWORD'] === undefined)) {
    pool.sessions.giveBack(token, step);
    if (ANSWER === undefined) throw missingParameter('ANSWER');
    throw chosen ? missingParameter('PASSWORD') : invalidParameter('The selected challenge is not available.');
  }
  return beginFactor(pool, claimant, chosen, responses);
}
