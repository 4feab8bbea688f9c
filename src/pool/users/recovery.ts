import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter, notAuthorized } from '../errors.js';
import type { User } from '../state.js';
import { sendCode } from './confirmation.js';
import type { AddressAttribute, CodeDeliveryDetails, Occasion } from './mail.js';

const Recovery = z.object({
  RecoveryMechanisms: z.array(
    z.object({ Name: z.enum(['verified_email', 'verified_phone_number', 'admin_only']), Priority: z.number() }),
  ),
});

const ATTRIBUTE = { verified_email: 'email', verified_phone_number: 'phone_number' } as const;

/** By which addresses a forgotten password may be replaced, in order; a pool that was not told takes the phone first. */
function mechanisms(pool: Pool): AddressAttribute[] {
  const { data } = Recovery.safeParse(pool.store.settings.pool.AccountRecoverySetting);
  if (!data) return ['phone_number', 'email'];
  return data.RecoveryMechanisms.toSorted((a, b) => a.Priority - b.Priority).flatMap(({ Name }) =>
    Name === 'admin_only' ? [] : [ATTRIBUTE[Name]],
  );
}

/** Sends the code by which a password is replaced. Throws InvalidParameter- or NotAuthorizedException where it cannot. */
export function sendResetCode(
  pool: Pool,
  user: User,
  occasion: Omit<Occasion, 'purpose' | 'source'>,
): Promise<CodeDeliveryDetails> {
  const ways = mechanisms(pool);
  if (ways.length === 0) throw notAuthorized('Contact administrator to reset password.');
  const attribute = ways.find((name) => user.attributes[`${name}_verified`] === 'true');
  if (!attribute)
    throw invalidParameter(
      'Cannot reset password for the user as there is no registered/verified email or phone_number',
    );
  return sendCode(pool, user, 'reset-password', attribute, {
    ...occasion,
    purpose: 'reset-password',
    source: 'CustomMessage_ForgotPassword',
  });
}
