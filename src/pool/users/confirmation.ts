import { Lifetime } from '../config.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import type { User } from '../state.js';
import { maskEmail, newCode, sameSeal, sealCode } from './codes.js';

const CODE_DIGITS = 6;

/** Where the service says that a code went. */
export interface CodeDelivery {
  CodeDeliveryDetails?: { AttributeName: 'email'; DeliveryMedium: 'EMAIL'; Destination: string };
}

export const deliveredTo = (Destination: string): CodeDelivery => ({
  CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination },
});

/** Mails a new sign-up code, which replaces the one before. Nothing is mailed to a user without an address. */
export function mailConfirmation(pool: Pool, user: User): CodeDelivery {
  const email = user.attributes['email'];
  if (email === undefined) return {};
  const code = newCode(CODE_DIGITS);
  const seal = sealCode(pool.config.secret, 'confirm-sign-up', user.sub, code);
  user.confirmation = { seal, expiresAt: pool.now() + Lifetime.signUpCode };
  pool.store.touch(user);
  pool.mail({ to: email, username: user.username, code, purpose: 'confirm-sign-up' });
  return deliveredTo(maskEmail(email));
}

/** Confirms the user by the mailed code, which also proves the address. Throws CodeMismatch- or ExpiredCodeException. */
export function confirm(pool: Pool, user: User, code: string): void {
  const { confirmation } = user;
  if (!confirmation || pool.now() >= confirmation.expiresAt) throw expiredCode();
  if (!sameSeal(confirmation.seal, sealCode(pool.config.secret, 'confirm-sign-up', user.sub, code)))
    throw new ServiceError('CodeMismatchException', 'Invalid verification code provided, please try again.');
  user.attributes['email_verified'] = 'true';
  Object.assign(user, { status: 'CONFIRMED', confirmation: null, modifiedAt: pool.now() });
  pool.store.touch(user);
}

/** Also the answer for a user who does not exist, where that is not to be told. */
export const expiredCode = (): ServiceError =>
  new ServiceError('ExpiredCodeException', 'Invalid code provided, please request a code again.');
