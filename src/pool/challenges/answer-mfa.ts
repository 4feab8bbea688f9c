import type { Pool } from '../context.js';
import { invalidParameter, missingParameter, notAuthorized, ServiceError } from '../errors.js';
import { poolMethods } from '../mfa/methods.js';
import { takeTotp } from '../mfa/software-token.js';
import { readAttributes, setAttributes } from '../users/attributes.js';
import type { AuthAnswer, Turn } from './answer.js';
import { beginMfa } from './begin-mfa.js';
import { proven } from './proven.js';

/** SELECT_MFA_TYPE answered. The API calls the code by mail EMAIL_OTP when it offers it, and EMAIL_MFA in its text. */
export async function answerSelectMfa(pool: Pool, turn: Turn<'SELECT_MFA_TYPE'>): Promise<AuthAnswer> {
  const { step, token, claimant, responses } = turn;
  const { ANSWER } = responses;
  const chosen = step.offered.find((method) => method === (ANSWER === 'EMAIL_MFA' ? 'EMAIL_OTP' : ANSWER));
  if (!claimant.user) throw gone();
  if (!chosen) {
    pool.sessions.giveBack(token, step);
    throw ANSWER === undefined
      ? missingParameter('ANSWER')
      : invalidParameter('The selected MFA type is not available.');
  }
  return beginMfa(pool, claimant, claimant.user, chosen);
}

export async function answerSoftwareToken(pool: Pool, turn: Turn<'SOFTWARE_TOKEN_MFA'>): Promise<AuthAnswer> {
  const { step, token, claimant, responses } = turn;
  const { SOFTWARE_TOKEN_MFA_CODE: code } = responses;
  if (!claimant.user) throw gone();
  try {
    if (code === undefined) throw missingParameter('SOFTWARE_TOKEN_MFA_CODE');
    takeTotp(pool, claimant.user, code);
  } catch (error) {
    const wrong = error instanceof ServiceError && error.name === 'CodeMismatchException';
    const triesLeft = wrong ? step.triesLeft - 1 : step.triesLeft;
    if (triesLeft > 0) pool.sessions.giveBack(token, { ...step, triesLeft });
    throw error;
  }
  return proven(pool, claimant, claimant.user, step.name, ['otp']);
}

/**
 * MFA_SETUP answered: by the session of the VerifySoftwareToken that has set an app up, or with an address, to which a
 * code goes that has to be given next.
 */
export async function answerMfaSetup(pool: Pool, turn: Turn<'MFA_SETUP'>): Promise<AuthAnswer> {
  const { step, token, claimant, responses } = turn;
  const { user } = claimant;
  if (!user) throw gone();
  try {
    if (responses['EMAIL'] !== undefined) {
      if (!poolMethods(pool).includes('EMAIL_OTP'))
        throw invalidParameter('EMAIL_OTP is not enabled for the user pool.');
      setAttributes(user, readAttributes([{ Name: 'email', Value: responses['EMAIL'] }], 'client'));
      pool.store.touch(user);
      return await beginMfa(pool, claimant, user, 'EMAIL_OTP');
    }
    if (!step.verified) throw invalidParameter('No MFA method was set up with this session.');
  } catch (error) {
    pool.sessions.giveBack(token, step);
    throw error;
  }
  if (!user.mfa.enabled.includes('SOFTWARE_TOKEN_MFA')) user.mfa.enabled.push('SOFTWARE_TOKEN_MFA');
  pool.store.touch(user);
  return proven(pool, claimant, user, step.name, ['otp']);
}

/** The user was deleted since the challenge was asked. */
const gone = () => notAuthorized('Invalid session for the user.');
