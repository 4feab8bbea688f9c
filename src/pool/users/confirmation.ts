import { Lifetime } from '../config.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import type { CodePurpose, User } from '../state.js';
import { newCode, sameSeal, sealCode } from './codes.js';
import { deliver } from './delivery.js';
import type { AddressAttribute, CodeDeliveryDetails, Occasion } from './mail.js';

const CODE_DIGITS = 6;

const LIFETIME = {
  'confirm-sign-up': Lifetime.signUpCode,
  'reset-password': Lifetime.resetCode,
  'verify-email': Lifetime.attributeCode,
  'verify-phone_number': Lifetime.attributeCode,
} as const satisfies Record<CodePurpose, number>;

/** Sends a new code, which replaces the one before of the same purpose. */
export async function sendCode(
  pool: Pool,
  user: User,
  purpose: CodePurpose,
  attribute: AddressAttribute,
  occasion: Occasion,
  to?: string,
): Promise<CodeDeliveryDetails> {
  const code = newCode(CODE_DIGITS);
  const delivery = await deliver(pool, user, attribute, code, occasion, to);
  const seal = sealCode(pool.config.secret, purpose, user.sub, code);
  user.codes[purpose] = { seal, expiresAt: pool.now() + LIFETIME[purpose], attribute };
  pool.store.touch(user);
  return delivery;
}

/**
 * Spends a code, and tells which attribute it has proven. Throws CodeMismatchException, which leaves the code as it is,
 * or ExpiredCodeException.
 */
export function spendCode(pool: Pool, user: User, purpose: CodePurpose, code: string): AddressAttribute {
  const sent = user.codes[purpose];
  if (!sent || pool.now() >= sent.expiresAt) throw expiredCode();
  if (!sameSeal(sent.seal, sealCode(pool.config.secret, purpose, user.sub, code)))
    throw new ServiceError('CodeMismatchException', 'Invalid verification code provided, please try again.');
  forgetCode(user, purpose);
  pool.store.touch(user);
  return sent.attribute;
}

function forgetCode(user: User, purpose: CodePurpose): void {
  user.codes = Object.fromEntries(Object.entries(user.codes).filter(([name]) => name !== purpose));
}

/** The address that proves a sign-up: of those that the pool verifies by itself the first that the user has, SMS first. */
function confirmingAttribute(pool: Pool, user: User): AddressAttribute | undefined {
  const verified = pool.store.settings.pool.AutoVerifiedAttributes;
  return (['phone_number', 'email'] as const).find(
    (name) => verified.includes(name) && user.attributes[name] !== undefined,
  );
}

/** Sends the code that confirms a sign-up; nothing to a user who has no address that the pool verifies. */
export async function sendConfirmation(
  pool: Pool,
  user: User,
  occasion: Omit<Occasion, 'purpose'>,
): Promise<{ CodeDeliveryDetails?: CodeDeliveryDetails }> {
  const attribute = confirmingAttribute(pool, user);
  if (!attribute) return {};
  const purpose = 'confirm-sign-up';
  return { CodeDeliveryDetails: await sendCode(pool, user, purpose, attribute, { ...occasion, purpose }) };
}

/** Makes an unconfirmed user a confirmed one, for whom no sign-up code is left. */
export function setConfirmed(pool: Pool, user: User): void {
  forgetCode(user, 'confirm-sign-up');
  Object.assign(user, { status: 'CONFIRMED', modifiedAt: pool.now() });
  pool.store.touch(user);
}

/** Also the answer for a user who does not exist, where that is not to be told. */
export const expiredCode = (): ServiceError =>
  new ServiceError('ExpiredCodeException', 'Invalid code provided, please request a code again.');
