import type { Pool } from '../context.js';
import { invalidParameter, missingParameter } from '../errors.js';
import { claimHolds, isTimestamp } from '../srp/exchange.js';
import type { AuthAnswer, Turn } from './answer.js';
import { askVerifier, sessionOfSecretBlock } from './begin-srp.js';
import { judgePassword } from './judge-password.js';

export function answerPasswordSrp(
  pool: Pool,
  { step, token, claimant, responses }: Turn<'PASSWORD_SRP'>,
): Promise<AuthAnswer> {
  const { SRP_A } = responses;
  if (SRP_A === undefined) {
    pool.sessions.giveBack(token, step);
    throw missingParameter('SRP_A');
  }
  return Promise.resolve(askVerifier(pool, claimant, SRP_A));
}

/** PASSWORD_VERIFIER answered: the claim is judged as a password would be. */
export function answerPasswordVerifier(pool: Pool, turn: Turn<'PASSWORD_VERIFIER'>): Promise<AuthAnswer> {
  const { step, token, claimant, responses } = turn;
  const signature = required(responses, 'PASSWORD_CLAIM_SIGNATURE');
  const block = required(responses, 'PASSWORD_CLAIM_SECRET_BLOCK');
  const timestamp = required(responses, 'TIMESTAMP');
  // How far the client's clock may be off is not documented; the block serves once and for minutes, whatever it says.
  if (!isTimestamp(timestamp))
    throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  return judgePassword(
    pool,
    claimant,
    'PASSWORD_VERIFIER',
    (user) =>
      sessionOfSecretBlock(block) === token &&
      claimHolds(step.exchange, {
        userPoolId: pool.config.userPoolId,
        userId: user?.username ?? claimant.username,
        secretBlock: Buffer.from(block, 'base64'),
        timestamp,
        signature,
      }),
  );
}

function required(responses: Readonly<Record<string, string>>, name: string): string {
  const value = responses[name];
  if (value === undefined) throw missingParameter(name);
  return value;
}
