/* eslint-disable @typescript-eslint/no-deprecated -- deprecated as a whole, and still what programs of many years sign in with */
import { AuthenticationDetails, CognitoUser, CognitoUserPool, CognitoUserSession } from 'amazon-cognito-identity-js';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type RunningPool, startPool } from '../../src/pool/pool.js';

// The library counts with big numbers of its own, in plain JavaScript.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Where a sign-in of the library may lead: to tokens, or to a new password. */
type Outcome = CognitoUserSession | { readonly newPasswordFor: unknown };

/** https://www.npmjs.com/package/amazon-cognito-identity-js */
describe('amazon-cognito-identity-js and the local pool', () => {
  let pool: RunningPool;
  beforeAll(async () => {
    pool = await startPool({ client: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } });
  });
  afterAll(() => pool.close());

  const userNamed = (Username: string) => {
    const { userPoolId: UserPoolId, clientId: ClientId, endpoint } = pool;
    return new CognitoUser({ Username, Pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint }) });
  };

  /** The library speaks in callbacks. */
  const outcomeOf = (
    begin: (callbacks: {
      onSuccess: (session: CognitoUserSession) => void;
      onFailure: (reason: Error) => void;
      newPasswordRequired: (attributes: unknown) => void;
    }) => void,
  ) =>
    new Promise<Outcome>((resolve, reject) => {
      begin({
        onSuccess: resolve,
        onFailure: reject,
        newPasswordRequired: (attributes) => {
          resolve({ newPasswordFor: attributes });
        },
      });
    });

  const signIn = (user: CognitoUser, Password: string) =>
    outcomeOf((callbacks) => {
      user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password }), callbacks);
    });

  const sessionOf = (outcome: Outcome): CognitoUserSession => {
    if (!(outcome instanceof CognitoUserSession)) throw new Error('The pool asks for a new password');
    return outcome;
  };

  const refresh = (user: CognitoUser, session: CognitoUserSession) =>
    new Promise<CognitoUserSession>((resolve, reject) => {
      user.refreshSession(session.getRefreshToken(), (error: unknown, refreshed: CognitoUserSession) => {
        if (error instanceof Error) reject(error);
        else resolve(refreshed);
      });
    });

  const attributesOf = (user: CognitoUser) =>
    new Promise<string[][] | undefined>((resolve, reject) => {
      user.getUserAttributes((error, result) => {
        if (error) reject(error);
        else resolve(result?.map((attribute) => [attribute.getName(), attribute.getValue()]));
      });
    });

  it('signs in by SRP, reads the user, and renews the tokens', async () => {
    const user = userNamed('ana');
    const session = sessionOf(await signIn(user, 'Practice-ana-1'));
    expect(session.isValid()).toBe(true);
    expect(decodeJwt(session.getIdToken().getJwtToken())).toMatchObject({
      'cognito:username': 'ana',
      aud: pool.clientId,
    });
    expect(await attributesOf(user)).toContainEqual(['email', 'ana@example.com']);

    const refreshed = await refresh(user, session);
    expect(refreshed.getAccessToken().getJwtToken()).not.toBe(session.getAccessToken().getJwtToken());
    expect(decodeJwt(refreshed.getAccessToken().getJwtToken()).sub).toBe(
      decodeJwt(session.getAccessToken().getJwtToken()).sub,
    );
    expect(pool.calls().slice(0, 2)).toEqual(['InitiateAuth', 'RespondToAuthChallenge']);
  });

  it('is refused with a wrong password, and everywhere after a global sign-out', async () => {
    await expect(signIn(userNamed('ana'), 'Practice-ana-2')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(signIn(userNamed('nobody'), 'Practice-ana-1')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    const [here, there] = [userNamed('ana'), userNamed('ana')];
    await signIn(here, 'Practice-ana-1');
    const session = sessionOf(await signIn(there, 'Practice-ana-1'));
    await new Promise((onSuccess, onFailure) => {
      here.globalSignOut({ onSuccess, onFailure });
    });
    await expect(attributesOf(there)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(refresh(there, session)).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Refresh Token has been revoked',
    });
  });

  it('leads from a temporary password to one of the own, and signs in with that', async () => {
    const user = userNamed('ben');
    const first = await signIn(user, 'Practice-ben-1');
    expect(first).toEqual({ newPasswordFor: { email: 'ben@example.com', email_verified: 'true' } });
    const session = await outcomeOf((callbacks) => {
      user.completeNewPasswordChallenge('Practice-ben-2', {}, callbacks);
    });
    expect(sessionOf(session).isValid()).toBe(true);

    await expect(signIn(userNamed('ben'), 'Practice-ben-1')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    expect(sessionOf(await signIn(userNamed('ben'), 'Practice-ben-2')).isValid()).toBe(true);
  });
});
