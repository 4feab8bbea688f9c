import type { Pool } from '../context.js';
import { invalidParameter } from '../errors.js';
import { beginExchange, publicHalf, readPublicNumber } from '../srp/exchange.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';
import { simulateVerifier } from './simulated-user.js';

/** PASSWORD_SRP: answered at once when SRP_A came along, asked for when not. */
export function beginSrp(
  pool: Pool,
  claimant: Claimant,
  { SRP_A }: Readonly<Record<string, string>>,
): Promise<AuthAnswer> {
  return Promise.resolve(
    SRP_A === undefined ? challenge(pool, claimant, { name: 'PASSWORD_SRP' }) : askVerifier(pool, claimant, SRP_A),
  );
}

/**
 * PASSWORD_VERIFIER: the server's half of SRP. Who has no password, or does not exist, seems to have one that nobody
 * knows. Throws InvalidParameterException when SRP_A is none.
 */
export function askVerifier(pool: Pool, claimant: Claimant, SRP_A: string): AuthAnswer {
  const { user, username, flow } = claimant;
  const A = readPublicNumber(SRP_A);
  if (A === undefined) throw invalidParameter('SRP_A is not a public number of SRP.');
  const exchange = beginExchange(A, user?.password?.srp ?? simulateVerifier(pool.config, user?.username ?? username));
  const name = user?.username ?? username;
  const asked = challenge(pool, claimant, { name: 'PASSWORD_VERIFIER', exchange });
  const { Session, ...withoutSession } = asked;
  const ChallengeParameters = {
    ...publicHalf(exchange),
    SECRET_BLOCK: secretBlockOf(Session),
    USERNAME: name,
    USER_ID_FOR_SRP: name,
  };
  // The oldest flow knows no session here: the secret block is all that comes back.
  return flow === 'USER_SRP_AUTH' ? { ...withoutSession, ChallengeParameters } : { ...asked, ChallengeParameters };
}

/** The secret block is the session under another name: whoever answers by SRP need not send both. */
const secretBlockOf = (session: string): string => Buffer.from(session, 'base64url').toString('base64');

/** The session that a secret block stands for. */
export const sessionOfSecretBlock = (block: string): string => Buffer.from(block, 'base64').toString('base64url');
