import { z } from 'zod';

import { notAuthorized, userNotFound } from '../errors.js';
import { ClientId, Code, Username } from '../input.js';
import { callingClient, openOperation, tellsWhoExists } from '../operation.js';
import { lifetimesOf } from '../settings.js';
import { confirm, expiredCode } from '../users/confirmation.js';

const Input = z.object({ ClientId, SecretHash: z.string().optional(), Username, ConfirmationCode: Code });

/**
 * Confirms a sign-up. The session it returns signs the user in through InitiateAuth without a second code.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
 */
export const confirmSignUp = openOperation(Input, (pool, input) => {
  const client = callingClient(pool, input.ClientId, input.SecretHash);
  const user = pool.store.userNamed(input.Username);
  if (!user) throw tellsWhoExists(client) ? userNotFound() : expiredCode();
  pool.quotas.use('ConfirmSignUp', user.sub);
  if (user.status !== 'UNCONFIRMED') throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  confirm(pool, user, input.ConfirmationCode);
  const { username, sub } = user;
  const session = { username, sub, clientId: client.id, step: { name: 'SIGN_UP_CONFIRMED' } } as const;
  return { Session: pool.sessions.open(session, lifetimesOf(client).session) };
});
