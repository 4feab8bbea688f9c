import type { Pool } from '../context.js';
import { missingParameter, ServiceError } from '../errors.js';
import type { CodeChallenge, Proof } from '../sessions.js';
import { sameSeal, sealCode } from '../users/codes.js';
import { setConfirmed } from '../users/confirmation.js';
import type { AuthAnswer, Turn } from './answer.js';
import { ADDRESS } from './begin-code.js';
import { proven } from './proven.js';

const PROOF: Record<CodeChallenge, Proof> = { EMAIL_OTP: 'email_otp', SMS_OTP: 'sms', SMS_MFA: 'sms' };

type CodeTurn = Turn<'EMAIL_OTP'> | Turn<'SMS_OTP'> | Turn<'SMS_MFA'>;

/** A right code also proves the address, and so confirms a user who had not confirmed the sign-up. */
export async function answerCode(pool: Pool, turn: CodeTurn): Promise<AuthAnswer> {
  const { step, token, claimant, responses } = turn;
  const { user } = claimant;
  const name = `${step.name}_CODE`;
  const code = responses[name];
  if (code === undefined) {
    pool.sessions.giveBack(token, step);
    throw missingParameter(name);
  }
  if (!user || !sameSeal(sealCode(pool.config.secret, 'sign-in', user.sub, code), step.seal)) {
    if (step.triesLeft > 1) pool.sessions.giveBack(token, { ...step, triesLeft: step.triesLeft - 1 });
    throw new ServiceError('CodeMismatchException', 'Invalid code or auth state for the user.');
  }
  user.attributes[`${ADDRESS[step.name]}_verified`] = 'true';
  if (user.status === 'UNCONFIRMED') setConfirmed(pool, user);
  user.modifiedAt = pool.now();
  pool.store.touch(user);
  return proven(pool, claimant, user, step.name, [PROOF[step.name]]);
}
