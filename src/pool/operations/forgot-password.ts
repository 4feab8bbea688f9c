import { z } from 'zod';

import { simulatedDelivery } from '../challenges/begin-code.js';
import { notAuthorized, userNotFound } from '../errors.js';
import { ClientId, TextMap, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import { sendResetCode } from '../users/recovery.js';
import { checkEnabled } from '../users/standing.js';

const Input = z.object({
  ClientId,
  SecretHash: z.string().optional(),
  Username,
  ClientMetadata: TextMap.default({}),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html */
export const forgotPassword = openOperation(Input, async (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.SecretHash);
  const user = pool.store.userNamed(input.Username);
  if (!user) {
    if (tellsWhoExists(client)) throw userNotFound();
    return { CodeDeliveryDetails: simulatedDelivery(pool, input.Username, 'email') };
  }
  checkEnabled(user);
  pool.quotas.use('ForgotPassword', user.sub);
  // A temporary password is replaced at the sign-in, or by an administrator.
  if (user.status === 'FORCE_CHANGE_PASSWORD')
    throw notAuthorized('User password cannot be reset in the current state.');
  const { ClientMetadata: clientMetadata } = input;
  return { CodeDeliveryDetails: await sendResetCode(pool, user, { clientId: client.id, clientMetadata }) };
});
