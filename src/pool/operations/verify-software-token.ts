import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter, notAuthorized, ServiceError } from '../errors.js';
import { SessionToken, Token } from '../input.js';
import { enrolTotp } from '../mfa/software-token.js';
import { callerOf, openOperation, requireClient } from '../operation.js';
import { lifetimesOf } from '../settings.js';

const Input = z.object({
  AccessToken: Token.optional(),
  Session: SessionToken.optional(),
  UserCode: z.string().regex(/^[0-9]{6}$/),
  FriendlyDeviceName: z.string().max(128).default(''),
});

/**
 * Takes the first code of an authenticator app that AssociateSoftwareToken gave a secret to. With an access token the
 * app is the user's own from then on; SetUserMFAPreference turns it on. With a session, that of the answer ends MFA_SETUP.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html
 */
export const verifySoftwareToken = openOperation(Input, async (pool, input) => {
  const { AccessToken, Session, UserCode, FriendlyDeviceName } = input;
  if ((AccessToken === undefined) === (Session === undefined))
    throw invalidParameter('Either AccessToken or Session is required, not both.');
  if (Session !== undefined)
    return { Status: 'SUCCESS', Session: verifyBySession(pool, Session, UserCode, FriendlyDeviceName) };
  const { user } = await callerOf(pool, AccessToken ?? '');
  if (user.pendingSoftwareToken === null) throw notAssociated();
  enrolTotp(pool, user, user.pendingSoftwareToken, UserCode, FriendlyDeviceName);
  return { Status: 'SUCCESS' };
});

function verifyBySession(pool: Pool, token: string, code: string, name: string): string {
  const session = pool.sessions.take(token, 'MFA_SETUP');
  const { step, sub, clientId } = session;
  const user = sub === null ? undefined : pool.store.userBySub(sub);
  if (!user) throw notAuthorized('Invalid session for the user.');
  try {
    if (step.secret === null || step.verified) throw notAssociated();
    enrolTotp(pool, user, step.secret, code, name);
  } catch (error) {
    // The secret is the caller's own: there is nothing to guess at.
    pool.sessions.giveBack(token, step);
    throw error;
  }
  return pool.sessions.open(
    { ...session, step: { ...step, verified: true } },
    lifetimesOf(requireClient(pool, clientId)).session,
  );
}

const notAssociated = () =>
  new ServiceError('SoftwareTokenMFANotFoundException', 'No software token was associated with the user.');
