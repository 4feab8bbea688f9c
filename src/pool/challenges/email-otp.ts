import type { Pool } from '../context.js';
import { missingParameter, ServiceError } from '../errors.js';
import { maskEmail, newCode, sameSeal, sealCode } from '../users/codes.js';
import type { AuthAnswer, Claimant, Turn } from './answer.js';
import { challenge, signedIn } from './answer.js';
import { simulateUser } from './simulated-user.js';

const CODE_DIGITS = 8;
const TRIES = 3;

/** EMAIL_OTP: mails a code. For a simulated user nothing is mailed, and no code fits. */
export function beginEmailOtp(pool: Pool, claimant: Claimant): Promise<AuthAnswer> {
  const { user, username } = claimant;
  const code = newCode(CODE_DIGITS);
  const email = user?.attributes['email'];
  if (user && email !== undefined) pool.mail({ to: email, username: user.username, code, purpose: 'sign-in' });
  const seal = sealCode(pool.config.secret, 'sign-in', user?.sub ?? '', code);
  return Promise.resolve(
    challenge(
      pool,
      claimant,
      { name: 'EMAIL_OTP', seal, triesLeft: TRIES },
      {
        CODE_DELIVERY_DELIVERY_MEDIUM: 'EMAIL',
        CODE_DELIVERY_DESTINATION:
          email === undefined ? simulateUser(pool.config, username).maskedEmail : maskEmail(email),
      },
    ),
  );
}

/** A right code also proves the address, and so confirms a user who had not confirmed the sign-up. */
export async function answerEmailOtp(pool: Pool, turn: Turn<'EMAIL_OTP'>): Promise<AuthAnswer> {
  const { step, token, responses } = turn;
  const { user, clientId } = turn.claimant;
  const { EMAIL_OTP_CODE } = responses;
  if (EMAIL_OTP_CODE === undefined) {
    pool.sessions.giveBack(token, step);
    throw missingParameter('EMAIL_OTP_CODE');
  }
  const seal = sealCode(pool.config.secret, 'sign-in', user?.sub ?? '', EMAIL_OTP_CODE);
  if (!user || !sameSeal(seal, step.seal)) {
    if (step.triesLeft > 1) pool.sessions.giveBack(token, { ...step, triesLeft: step.triesLeft - 1 });
    throw new ServiceError('CodeMismatchException', 'Invalid code or auth state for the user.');
  }
  user.attributes['email_verified'] = 'true';
  if (user.status === 'UNCONFIRMED') Object.assign(user, { status: 'CONFIRMED', confirmation: null });
  user.modifiedAt = pool.now();
  pool.store.touch(user);
  return signedIn(pool, user, clientId);
}
