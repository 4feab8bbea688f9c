import type { Pool } from '../context.js';
import { invalidParameter } from '../errors.js';
import type { CodePurpose, User } from '../state.js';
import { sendCode } from './confirmation.js';
import type { AddressAttribute, CodeDeliveryDetails, Occasion } from './mail.js';

export const isAddress = (name: string): name is AddressAttribute => name === 'email' || name === 'phone_number';

export const purposeOf = (attribute: AddressAttribute): CodePurpose => `verify-${attribute}`;

/** Sends the code that proves an address of the user; the new one, where one waits to be proven. */
export function sendAttributeCode(
  pool: Pool,
  user: User,
  attribute: AddressAttribute,
  occasion: Omit<Occasion, 'purpose'>,
): Promise<CodeDeliveryDetails> {
  const to = user.pendingAttributes[attribute] ?? user.attributes[attribute];
  if (to === undefined) throw invalidParameter(`User has no ${attribute} to verify.`);
  return sendCode(pool, user, purposeOf(attribute), attribute, { ...occasion, purpose: 'verify-attribute' }, to);
}
