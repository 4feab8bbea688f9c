import { z } from 'zod';

import { userNotFound } from '../errors.js';
import { ClientId, Code, Password, TextMap, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import { expiredCode, spendCode } from '../users/confirmation.js';
import { checkPasswordPolicy } from '../users/password.js';
import { postConfirmation } from '../users/post-confirmation.js';
import { setPassword } from '../users/set-password.js';
import { checkEnabled } from '../users/standing.js';

const Input = z.object({
  ClientId,
  SecretHash: z.string().optional(),
  Username,
  ConfirmationCode: Code,
  Password,
  ClientMetadata: TextMap.default({}),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html */
export const confirmForgotPassword = openOperation(Input, async (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.SecretHash);
  const user = pool.store.userNamed(input.Username);
  if (!user) throw tellsWhoExists(client) ? userNotFound() : expiredCode();
  checkEnabled(user);
  pool.quotas.use('ConfirmForgotPassword', user.sub);
  // Before the code is spent: a weak password may be corrected.
  checkPasswordPolicy(pool, input.Password);
  spendCode(pool, user, 'reset-password', input.ConfirmationCode);
  await setPassword(pool, user, input.Password);
  pool.attempts.succeeded(user.username);
  await postConfirmation(pool, user, 'PostConfirmation_ConfirmForgotPassword', client.id, input.ClientMetadata);
  return {};
});
