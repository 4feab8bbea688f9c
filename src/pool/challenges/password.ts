import type { Pool } from '../context.js';
import { missingParameter } from '../errors.js';
import { newSrpVerifier } from '../srp/verifier.js';
import { passwordFits } from '../users/password.js';
import type { AuthAnswer, Claimant, Turn } from './answer.js';
import { challenge } from './answer.js';
import { judgePassword } from './judge-password.js';

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

const judge = (pool: Pool, claimant: Claimant, password: string): Promise<AuthAnswer> =>
  judgePassword(pool, claimant, 'PASSWORD', async (user) => {
    const stored = user?.password ?? null;
    const fits = await passwordFits(password, stored);
    if (user && stored && fits && stored.srp === null) {
      stored.srp = newSrpVerifier(pool.config.userPoolId, user.username, password);
      pool.store.touch(user);
    }
    return fits;
  });
