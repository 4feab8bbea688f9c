import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserAuthFactorsCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  ConfirmSignUpCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserAuthFactorsCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest, tokensOf } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start();
});
afterAll(() => t.stop());

const email = (username: string) => [{ Name: 'email', Value: `${username}@example.com` }];
const signUp = (Username: string, Password?: string) =>
  t.sdk.send(new SignUpCommand({ ClientId: t.pool.clientId, Username, Password, UserAttributes: email(Username) }));
const confirm = (Username: string, ConfirmationCode: string) =>
  t.sdk.send(new ConfirmSignUpCommand({ ClientId: t.pool.clientId, Username, ConfirmationCode }));
const admin = (Username: string) => ({ UserPoolId: t.pool.userPoolId, Username });

describe('signing up', () => {
  it('mails a code, and signs in with the session of the confirmation', async () => {
    const made = await signUp('ann', 'Correct-horse-1');
    expect(made).toMatchObject({
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
    });
    const early = t.initiate('ann', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Correct-horse-1' });
    await expect(early).rejects.toMatchObject({ name: 'UserNotConfirmedException' });
    await expect(confirm('ann', 'wrong')).rejects.toMatchObject({ name: 'CodeMismatchException' });

    const { Session } = await confirm('ann', t.lastCode());
    const signIn = new InitiateAuthCommand({
      ClientId: t.pool.clientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'ann' },
      Session,
    });
    const { accessToken } = tokensOf(await t.sdk.send(signIn));
    await expect(t.sdk.send(signIn)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    const user = await t.sdk.send(new GetUserCommand({ AccessToken: accessToken }));
    expect(user.UserAttributes).toContainEqual({ Name: 'email_verified', Value: 'true' });
    await expect(confirm('ann', '1')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('needs no password where a code can be mailed', async () => {
    await signUp('bob');
    await confirm('bob', t.lastCode());
    const question = await t.initiate('bob');
    expect(question.AvailableChallenges).toEqual(['EMAIL_OTP']);
  });

  it('is confirmed by a mailed sign-in code too', async () => {
    await signUp('cat', 'Correct-horse-1');
    const question = await t.initiate('cat', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    tokensOf(await t.answer(question, 'cat', { EMAIL_OTP_CODE: t.lastCode() }));
    tokensOf(await t.initiate('cat', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Correct-horse-1' }));
  });

  it('forgets a code after a day, or when another is sent', async () => {
    await signUp('dan', 'Correct-horse-1');
    const first = t.lastCode();
    const resend = new ResendConfirmationCodeCommand({ ClientId: t.pool.clientId, Username: 'dan' });
    await t.sdk.send(resend);
    if (first !== t.lastCode())
      await expect(confirm('dan', first)).rejects.toMatchObject({ name: 'CodeMismatchException' });
    t.pass(24 * 3_600_000);
    await expect(confirm('dan', t.lastCode())).rejects.toMatchObject({ name: 'ExpiredCodeException' });
    for (let sent = 0; sent < 5; sent += 1) await t.sdk.send(resend);
    await expect(t.sdk.send(resend)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await confirm('dan', t.lastCode());
  });

  it('lets a code be guessed at fifteen times an hour', async () => {
    await signUp('eve', 'Correct-horse-1');
    for (let guesses = 0; guesses < 15; guesses += 1)
      await expect(confirm('eve', 'wrong')).rejects.toMatchObject({ name: 'CodeMismatchException' });
    await expect(confirm('eve', t.lastCode())).rejects.toMatchObject({ name: 'LimitExceededException' });
    t.pass(3_600_000);
    await confirm('eve', t.lastCode());
  });

  it('refuses names that are taken, weak passwords and attributes that are not the client’s', async () => {
    await expect(signUp('ANA', 'Correct-horse-1')).rejects.toMatchObject({ name: 'UsernameExistsException' });
    await expect(signUp('weak', 'weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    const withAttribute = (Name: string, Value: string) =>
      t.sdk.send(
        new SignUpCommand({
          ClientId: t.pool.clientId,
          Username: 'fay',
          Password: 'Correct-horse-1',
          UserAttributes: [{ Name, Value }],
        }),
      );
    await expect(withAttribute('email_verified', 'true')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    for (const [name, value] of [
      ['sub', 'x'],
      ['shoe-size', '38'],
      ['__proto__', 'x'],
      ['email', 'no address'],
      ['phone_number', '12'],
    ] as const)
      await expect(withAttribute(name, value)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('does not tell who exists', async () => {
    await expect(confirm('nobody', '1')).rejects.toMatchObject({ name: 'ExpiredCodeException' });
    const resent = await t.sdk.send(
      new ResendConfirmationCodeCommand({ ClientId: t.pool.clientId, Username: 'nobody' }),
    );
    expect(resent.CodeDeliveryDetails?.DeliveryMedium).toBe('EMAIL');
  });
});

describe('administrators', () => {
  it('make users with a temporary password, which is mailed, and mailed again', async () => {
    const create = (more: object) =>
      t.sdk.send(new AdminCreateUserCommand({ ...admin('gil'), UserAttributes: email('gil'), ...more }));
    const { User } = await create({ TemporaryPassword: 'Temporary-1' });
    expect(User).toMatchObject({ Username: 'gil', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    expect(t.mail.at(-1)).toMatchObject({ to: 'gil@example.com', purpose: 'temporary-password', code: 'Temporary-1' });
    await expect(create({})).rejects.toMatchObject({ name: 'UsernameExistsException' });
    await create({ MessageAction: 'RESEND' });
    const code = t.lastCode();
    expect(code).not.toBe('Temporary-1');
    const question = await t.initiate('gil', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: code });
    tokensOf(await t.answer(question, 'gil', { NEW_PASSWORD: 'Correct-horse-1' }));
    await expect(create({ MessageAction: 'RESEND' })).rejects.toMatchObject({ name: 'UnsupportedUserStateException' });
  });

  it('see, by name or sub, what a user has', async () => {
    const { sub } = await t.enrolled('hal');
    const user = await t.sdk.send(new AdminGetUserCommand(admin(sub)));
    expect(user).toMatchObject({ Username: 'hal', UserStatus: 'CONFIRMED', UserCreateDate: new Date(t.now) });
    const factors = await t.sdk.send(new AdminGetUserAuthFactorsCommand(admin('hal')));
    expect(factors.ConfiguredUserAuthFactors).toEqual(['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP']);
  });

  it('delete a user, whose tokens are then nobody’s', async () => {
    await t.addUser('ida');
    const { accessToken, refreshToken } = await t.signInWithPassword('ida');
    await t.sdk.send(new AdminDeleteUserCommand(admin('ida')));
    const user = t.sdk.send(new GetUserCommand({ AccessToken: accessToken }));
    await expect(user).rejects.toMatchObject({ name: 'UserNotFoundException' });
    const renewed = t.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: t.pool.clientId, RefreshToken: refreshToken }),
    );
    await expect(renewed).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    for (const command of [
      new AdminGetUserCommand(admin('ida')),
      new AdminDeleteUserCommand(admin('ida')),
      new AdminUserGlobalSignOutCommand(admin('ida')),
    ])
      await expect(t.sdk.send(command as AdminGetUserCommand)).rejects.toMatchObject({ name: 'UserNotFoundException' });
  });

  it('know their pool', async () => {
    const elsewhere = new AdminGetUserCommand({ UserPoolId: 'local_elsewhere', Username: 'ana' });
    await expect(t.sdk.send(elsewhere)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('set a password that has to be replaced', async () => {
    await t.addUser('jan');
    await t.sdk.send(new AdminSetUserPasswordCommand({ ...admin('jan'), Password: 'Temporary-1' }));
    const question = await t.initiate('jan', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Temporary-1' });
    expect(question.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  });
});

describe('tokens', () => {
  it('say what Cognito’s say, signed by two published keys', async () => {
    const sub = await t.addUser('kai');
    const { accessToken, idToken } = await t.signInWithPassword('kai');
    const issuer = `${t.pool.endpoint}/${t.pool.userPoolId}`;
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const options = { issuer, currentDate: new Date(t.now) };
    const seconds = Math.floor(t.now / 1000);
    const access = await jwtVerify(accessToken, keys, options);
    const text = expect.any(String) as string;
    const common = { sub, iss: issuer, origin_jti: text, event_id: text, jti: text };
    const times = { auth_time: seconds, iat: seconds, exp: seconds + 3600 };
    expect(access.payload).toEqual({
      ...common,
      ...times,
      client_id: t.pool.clientId,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      username: 'kai',
    });
    const id = await jwtVerify(idToken, keys, { ...options, audience: t.pool.clientId });
    expect(id.payload).toEqual({
      ...common,
      ...times,
      aud: t.pool.clientId,
      token_use: 'id',
      'cognito:username': 'kai',
      email: 'kai@example.com',
      email_verified: true,
    });
    expect(decodeProtectedHeader(accessToken).kid).not.toBe(decodeProtectedHeader(idToken).kid);
    const configuration: unknown = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(configuration).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
  });

  it('are refreshed both ways, without a new proof', async () => {
    await t.addUser('lea');
    const { refreshToken, idToken } = await t.signInWithPassword('lea');
    t.pass(60_000);
    const one = await t.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: t.pool.clientId, RefreshToken: refreshToken }),
    );
    const other = await t.sdk.send(
      new InitiateAuthCommand({
        ClientId: t.pool.clientId,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: refreshToken },
      }),
    );
    const authTime = (token = '') =>
      (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { auth_time: number }).auth_time;
    for (const { AuthenticationResult: result } of [one, other]) {
      expect(result?.RefreshToken).toBeUndefined();
      expect(authTime(result?.IdToken)).toBe(authTime(idToken));
      await t.sdk.send(new GetUserCommand({ AccessToken: result?.AccessToken }));
    }
    t.pass(30 * 24 * 3_600_000);
    const late = t.sdk.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: t.pool.clientId, RefreshToken: refreshToken }),
    );
    await expect(late).rejects.toMatchObject({ name: 'NotAuthorizedException', message: 'Refresh Token has expired' });
  });

  it('are refused when expired, of the other kind, or changed by one character', async () => {
    await t.addUser('mia');
    const { accessToken, idToken } = await t.signInWithPassword('mia');
    const use = (AccessToken: string) => t.sdk.send(new GetUserAuthFactorsCommand({ AccessToken }));
    const [head = '', body = '', signature = ''] = accessToken.split('.');
    const changed = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const bad of [idToken, `${head}.${body}.${changed}`, `${head}.${body}.`, 'a.b.c', 'x', '...'])
      await expect(use(bad)).rejects.toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Invalid Access Token',
      });
    expect((await use(accessToken)).ConfiguredUserAuthFactors).toEqual(['PASSWORD', 'EMAIL_OTP']);
    t.pass(3_600_000);
    await expect(use(accessToken)).rejects.toMatchObject({ message: 'Access Token has expired' });
  });

  it('end everywhere at a global sign-out, by the user or an administrator', async () => {
    await t.addUser('ned');
    for (const out of [
      (AccessToken: string) => t.sdk.send(new GlobalSignOutCommand({ AccessToken })),
      () => t.sdk.send(new AdminUserGlobalSignOutCommand(admin('ned'))),
    ]) {
      const one = await t.signInWithPassword('ned');
      const other = await t.signInWithPassword('ned');
      await out(one.accessToken);
      for (const { accessToken, refreshToken } of [one, other]) {
        await expect(t.sdk.send(new GetUserCommand({ AccessToken: accessToken }))).rejects.toMatchObject({
          name: 'NotAuthorizedException',
          message: 'Access Token has been revoked',
        });
        const refreshed = t.sdk.send(
          new GetTokensFromRefreshTokenCommand({ ClientId: t.pool.clientId, RefreshToken: refreshToken }),
        );
        await expect(refreshed).rejects.toMatchObject({ message: 'Refresh Token has been revoked' });
      }
    }
    await t.signInWithPassword('ned');
  });

  it('can be revoked one sign-in at a time', async () => {
    await t.addUser('ola');
    const one = await t.signInWithPassword('ola');
    const other = await t.signInWithPassword('ola');
    const revoke = (Token: string) => t.sdk.send(new RevokeTokenCommand({ ClientId: t.pool.clientId, Token }));
    await revoke(one.refreshToken);
    await revoke('nobody-knows-this-one');
    await expect(revoke(other.accessToken)).rejects.toMatchObject({ name: 'UnsupportedTokenTypeException' });
    await expect(t.sdk.send(new GetUserCommand({ AccessToken: one.accessToken }))).rejects.toThrow('revoked');
    await t.sdk.send(new GetUserCommand({ AccessToken: other.accessToken }));
  });
});
