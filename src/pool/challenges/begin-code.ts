import type { Pool } from '../context.js';
import type { CodeChallenge } from '../sessions.js';
import { newCode, sealCode } from '../users/codes.js';
import { deliver, mediumOf } from '../users/delivery.js';
import type { AddressAttribute, CodeDeliveryDetails } from '../users/mail.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';
import { simulateUser } from './simulated-user.js';

/** Digits of a code that is the only factor, and of one that comes second. */
const FIRST_DIGITS = 8;
const SECOND_DIGITS = 6;
/** The last of these tries ends the session. */
const TRIES = 3;

/** Where each code goes, which is also what a right one proves. */
export const ADDRESS: Record<CodeChallenge, AddressAttribute> = {
  EMAIL_OTP: 'email',
  SMS_OTP: 'phone_number',
  SMS_MFA: 'phone_number',
};

/** EMAIL_OTP, SMS_OTP, SMS_MFA: sends a code. For a simulated user nothing is sent, and no code fits. */
export async function beginCode(pool: Pool, claimant: Claimant, name: CodeChallenge): Promise<AuthAnswer> {
  const { user, clientId, clientMetadata } = claimant;
  const second = claimant.proofs.length > 0;
  const attribute = ADDRESS[name];
  const code = newCode(second ? SECOND_DIGITS : FIRST_DIGITS);
  const delivery = user
    ? await deliver(pool, user, attribute, code, {
        purpose: second ? 'second-factor' : 'sign-in',
        source: 'CustomMessage_Authentication',
        clientId,
        clientMetadata,
      })
    : simulatedDelivery(pool, claimant.username, attribute);
  const seal = sealCode(pool.config.secret, 'sign-in', user?.sub ?? '', code);
  return challenge(
    pool,
    claimant,
    { name, seal, triesLeft: TRIES },
    {
      CODE_DELIVERY_DELIVERY_MEDIUM: delivery.DeliveryMedium,
      CODE_DELIVERY_DESTINATION: delivery.Destination,
      ...(second && user && { USER_ID_FOR_SRP: user.username }),
    },
  );
}

/** Where a code for a user who does not exist seems to go. */
export function simulatedDelivery(pool: Pool, username: string, attribute: AddressAttribute): CodeDeliveryDetails {
  const { maskedEmail, maskedPhone } = simulateUser(pool.config, username);
  const Destination = attribute === 'email' ? maskedEmail : maskedPhone;
  return { AttributeName: attribute, DeliveryMedium: mediumOf(attribute), Destination };
}
