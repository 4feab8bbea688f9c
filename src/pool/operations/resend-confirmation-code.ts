import { z } from 'zod';

import { simulateUser } from '../challenges/simulated-user.js';
import { invalidParameter, userNotFound } from '../errors.js';
import { ClientId, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import { deliveredTo, mailConfirmation } from '../users/confirmation.js';

const Input = z.object({ ClientId, SecretHash: z.string().optional(), Username });

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html */
export const resendConfirmationCode = openOperation(Input, (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.SecretHash);
  const user = pool.store.userNamed(input.Username);
  if (!user) {
    if (tellsWhoExists(client)) throw userNotFound();
    return deliveredTo(simulateUser(pool.config, input.Username).maskedEmail);
  }
  pool.quotas.use('ResendConfirmationCode', user.sub);
  if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
  const delivery = mailConfirmation(pool, user);
  if (!delivery.CodeDeliveryDetails) throw invalidParameter('Cannot resend codes. Auto verification not turned on.');
  return delivery;
});
