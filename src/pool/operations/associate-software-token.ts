import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter, notAuthorized, ServiceError } from '../errors.js';
import { SessionToken, Token } from '../input.js';
import { poolMethods } from '../mfa/methods.js';
import { newTotpSecret } from '../mfa/totp.js';
import { callerOf, openOperation, requireClient } from '../operation.js';
import { lifetimesOf } from '../settings.js';

const Input = z.object({ AccessToken: Token.optional(), Session: SessionToken.optional() });

/**
 * Gives a secret for an authenticator app, to who is signed in or must set a second factor up to be. An app that is
 * there already stays until the new one has shown a code.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html
 */
export const associateSoftwareToken = openOperation(Input, async (pool, { AccessToken, Session }) => {
  if ((AccessToken === undefined) === (Session === undefined))
    throw invalidParameter('Either AccessToken or Session is required, not both.');
  const SecretCode = newTotpSecret();
  if (Session !== undefined) return { SecretCode, Session: associateBySession(pool, Session, SecretCode) };
  const { user } = await callerOf(pool, AccessToken ?? '');
  checkOffered(pool);
  user.pendingSoftwareToken = SecretCode;
  pool.store.touch(user);
  return { SecretCode };
});

function associateBySession(pool: Pool, token: string, secret: string): string {
  const session = pool.sessions.take(token, 'MFA_SETUP');
  checkOffered(pool);
  if (session.sub === null) throw notAuthorized('Invalid session for the user.');
  const lifetime = lifetimesOf(requireClient(pool, session.clientId)).session;
  return pool.sessions.open({ ...session, step: { name: 'MFA_SETUP', secret, verified: false } }, lifetime);
}

function checkOffered(pool: Pool): void {
  if (!poolMethods(pool).includes('SOFTWARE_TOKEN_MFA'))
    throw new ServiceError('SoftwareTokenMFANotFoundException', 'Software token MFA is not enabled for the user pool.');
}
