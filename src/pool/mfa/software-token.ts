import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import type { User } from '../state.js';
import { totpStep } from './totp.js';

/**
 * Takes a code of the user's authenticator app, once. Throws SoftwareTokenMFANotFound-, CodeMismatch- or, for a code
 * that has served, ExpiredCodeException.
 */
export function takeTotp(pool: Pool, user: User, code: string): void {
  const { softwareToken } = user;
  if (!softwareToken)
    throw new ServiceError('SoftwareTokenMFANotFoundException', 'The user has no software token MFA.');
  const step = totpStep(softwareToken.secret, code, pool.now());
  if (step === undefined) throw new ServiceError('CodeMismatchException', 'Invalid code received for user');
  if (step <= softwareToken.lastStep)
    throw new ServiceError('ExpiredCodeException', 'Your software token has already been used once.');
  softwareToken.lastStep = step;
  pool.store.touch(user);
}

/** Makes an app whose secret was given out the user's own, by its first code. Throws EnableSoftwareTokenMFAException. */
export function enrolTotp(pool: Pool, user: User, secret: string, code: string, name: string): void {
  const step = totpStep(secret, code, pool.now());
  if (step === undefined) throw new ServiceError('EnableSoftwareTokenMFAException', 'Code mismatch');
  user.softwareToken = { secret, name, lastStep: step };
  user.pendingSoftwareToken = null;
  user.modifiedAt = pool.now();
  pool.store.touch(user);
}

/** Takes the user's app away, and with it the second factor. */
export function forgetSoftwareToken(pool: Pool, user: User): void {
  const { enabled, preferred, webAuthn } = user.mfa;
  const rest = enabled.filter((method) => method !== 'SOFTWARE_TOKEN_MFA');
  user.softwareToken = null;
  user.pendingSoftwareToken = null;
  user.mfa = {
    enabled: rest,
    preferred: preferred === 'SOFTWARE_TOKEN_MFA' ? null : preferred,
    // A passkey counts for both factors only beside another method.
    webAuthn: webAuthn && rest.length > 0,
  };
  user.modifiedAt = pool.now();
  pool.store.touch(user);
}
