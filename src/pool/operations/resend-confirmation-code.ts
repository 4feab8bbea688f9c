import { z } from 'zod';

import { simulatedDelivery } from '../challenges/begin-code.js';
import { invalidParameter, userNotFound } from '../errors.js';
import { ClientId, TextMap, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import { sendConfirmation } from '../users/confirmation.js';

const Input = z.object({
  ClientId,
  SecretHash: z.string().optional(),
  Username,
  ClientMetadata: TextMap.default({}),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html */
export const resendConfirmationCode = openOperation(Input, async (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.SecretHash);
  const user = pool.store.userNamed(input.Username);
  if (!user) {
    if (tellsWhoExists(client)) throw userNotFound();
    return { CodeDeliveryDetails: simulatedDelivery(pool, input.Username, 'email') };
  }
  pool.quotas.use('ResendConfirmationCode', user.sub);
  if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
  const delivery = await sendConfirmation(pool, user, {
    source: 'CustomMessage_ResendCode',
    clientId: client.id,
    clientMetadata: input.ClientMetadata,
  });
  if (!delivery.CodeDeliveryDetails) throw invalidParameter('Cannot resend codes. Auto verification not turned on.');
  return delivery;
});
