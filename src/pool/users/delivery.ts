import type { Pool } from '../context.js';
import { invalidParameter } from '../errors.js';
import { customMessage } from '../lambda/custom-message.js';
import type { User } from '../state.js';
import type { AddressAttribute, CodeDeliveryDetails, Medium, Occasion } from './mail.js';

export const mediumOf = (attribute: AddressAttribute): Medium => (attribute === 'email' ? 'EMAIL' : 'SMS');

/**
 * Sends a code to the user's address, or to a new one that is to be proven, and tells where it went. To numbers outside
 * an SMS sandbox nothing is sent, and the answer is the same: the service tells that only in its logs.
 */
export async function deliver(
  pool: Pool,
  user: User,
  attribute: AddressAttribute,
  code: string,
  occasion: Occasion,
  to = user.attributes[attribute],
): Promise<CodeDeliveryDetails> {
  if (to === undefined || to === '') throw invalidParameter(`User has no ${attribute} to deliver the message to.`);
  const medium = mediumOf(attribute);
  const words = await customMessage(pool, user, medium, code, occasion);
  if (medium === 'EMAIL' || pool.smsSandbox === undefined || pool.smsSandbox.includes(to))
    pool.mail({ to, medium, username: user.username, code, purpose: occasion.purpose, ...words });
  return { AttributeName: attribute, DeliveryMedium: medium, Destination: mask(attribute, to) };
}

/** An address as Cognito shows where a code went: `a***@e***`, `+*******0123`. */
function mask(attribute: AddressAttribute, address: string): string {
  if (attribute === 'phone_number') return `+*******${address.slice(-4)}`;
  const [name = '', domain = ''] = address.split('@');
  return `${name.charAt(0)}***@${domain.charAt(0)}***`;
}
