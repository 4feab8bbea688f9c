import type { CodeDelivery } from '../../../cognito/code-delivery.js';

/** What is known of a code, said no more firmly than it is known. */
export function deliveryWords(delivery: CodeDelivery | undefined): string {
  if (!delivery) return 'Enter the code that came when the account was made.';
  const to = delivery.destination ? ` to ${delivery.destination}` : '';
  if (delivery.medium === 'email') return `A code is on its way by e-mail${to}.`;
  const how = delivery.medium === 'sms' ? ' by text message' : '';
  return `The user pool was asked to send a code${how}${to}. It may not arrive everywhere.`;
}
