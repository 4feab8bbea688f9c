import { z } from 'zod';

import { notAuthorized, userNotFound } from '../errors.js';
import { ClientId, Code, TextMap, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import { lifetimesOf } from '../settings.js';
import { expiredCode, setConfirmed, spendCode } from '../users/confirmation.js';
import { postConfirmation } from '../users/post-confirmation.js';

const Input = z.object({
  ClientId,
  SecretHash: z.string().optional(),
  Username,
  ConfirmationCode: Code,
  ClientMetadata: TextMap.default({}),
});

/**
 * Confirms a sign-up. The session it returns signs the user in through InitiateAuth without a second code.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
 */
export const confirmSignUp = openOperation(Input, async (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.SecretHash);
  const user = pool.store.userNamed(input.Username);
  if (!user) throw tellsWhoExists(client) ? userNotFound() : expiredCode();
  pool.quotas.use('ConfirmSignUp', user.sub);
  if (user.status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  const attribute = spendCode(pool, user, 'confirm-sign-up', input.ConfirmationCode);
  // The code also proves the address.
  user.attributes[`${attribute}_verified`] = 'true';
  setConfirmed(pool, user);
  await postConfirmation(pool, user, 'PostConfirmation_ConfirmSignUp', client.id, input.ClientMetadata);
  const session = {
    username: user.username,
    sub: user.sub,
    clientId: client.id,
    flow: 'USER_AUTH',
    proofs: [attribute === 'email' ? 'email_otp' : 'sms'],
    rounds: [],
    step: { name: 'SIGN_UP_CONFIRMED' },
  } as const;
  return { Session: pool.sessions.open(session, lifetimesOf(client).session) };
});
