import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { PoolOptions } from '../../src/pool/pool.js';
import { PoolUnderTest, tokensOf } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';

let t: PoolUnderTest;
afterEach(() => t.stop());
async function open(client: PoolOptions['client']) {
  t = await PoolUnderTest.start({ client });
  await t.addUser('ann');
}

const initiate = (AuthFlow: AuthFlowType, AuthParameters: Record<string, string>) =>
  t.sdk.send(new InitiateAuthCommand({ ClientId: t.pool.clientId, AuthFlow, AuthParameters }));
const adminInitiate = (AuthFlow: AuthFlowType, AuthParameters: Record<string, string>) => {
  const { userPoolId: UserPoolId, clientId: ClientId } = t.pool;
  return t.sdk.send(new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow, AuthParameters }));
};
const byPassword = { USERNAME: 'ann', PASSWORD };
const renew = (RefreshToken: string) =>
  t.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId: t.pool.clientId, RefreshToken }));

describe('an app client', () => {
  it('lets in by no flow that it does not allow', async () => {
    await open({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });
    const notAllowed = { name: 'InvalidParameterException', message: expect.stringContaining('not enabled') as string };
    for (const flow of ['USER_AUTH', 'USER_SRP_AUTH', 'CUSTOM_AUTH', 'REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'] as const)
      await expect(initiate(flow, byPassword)).rejects.toMatchObject(notAllowed);
    for (const flow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const)
      await expect(adminInitiate(flow, byPassword)).rejects.toMatchObject(notAllowed);
    tokensOf(await initiate('USER_PASSWORD_AUTH', byPassword));
  });

  it('has the lifetimes that it sets', async () => {
    await open({
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AuthSessionValidity: 15,
      AccessTokenValidity: 5,
      RefreshTokenValidity: 2,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'hours' },
    });
    const question = await t.initiate('ann', { PREFERRED_CHALLENGE: 'PASSWORD' });
    t.pass(15 * 60_000 - 1);
    const { accessToken, refreshToken } = tokensOf(await t.answer(question, 'ann', { PASSWORD }));
    const { exp = 0, iat = 0 } = decodeJwt(accessToken);
    expect(exp - iat).toBe(300);
    t.pass(2 * 3_600_000);
    await expect(renew(refreshToken)).rejects.toThrow('Refresh Token has expired');
  });
});

describe('USER_PASSWORD_AUTH', () => {
  it('needs name and password, and locks as every password does', async () => {
    await open({ ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'], PreventUserExistenceErrors: 'LEGACY' });
    for (const parameters of [{ USERNAME: 'ann' }, { PASSWORD }])
      await expect(initiate('USER_PASSWORD_AUTH', parameters as Record<string, string>)).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
    await expect(initiate('USER_PASSWORD_AUTH', { USERNAME: 'nobody', PASSWORD })).rejects.toMatchObject({
      name: 'UserNotFoundException',
    });
    for (let failures = 1; failures <= 5; failures += 1)
      await expect(initiate('USER_PASSWORD_AUTH', { USERNAME: 'ann', PASSWORD: 'no' })).rejects.toThrow('Incorrect');
    await expect(initiate('USER_PASSWORD_AUTH', byPassword)).rejects.toThrow('Password attempts exceeded');
    t.pass(1000);
    tokensOf(await initiate('USER_PASSWORD_AUTH', byPassword));
  });
});

describe('administrators', () => {
  it('sign a user in by password, in a flow that is theirs alone, and answer for the user', async () => {
    await open({ ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH'] });
    const notTheirs = { name: 'InvalidParameterException', message: 'Initiate Auth method not supported.' };
    await expect(initiate('ADMIN_USER_PASSWORD_AUTH', byPassword)).rejects.toMatchObject(notTheirs);
    await expect(adminInitiate('USER_PASSWORD_AUTH', byPassword)).rejects.toMatchObject(notTheirs);
    for (const flow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const)
      tokensOf(await adminInitiate(flow, byPassword));

    const question = await adminInitiate('ADMIN_USER_PASSWORD_AUTH', { USERNAME: 'ben', PASSWORD: 'Practice-ben-1' });
    expect(question.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    const answer = new AdminRespondToAuthChallengeCommand({
      UserPoolId: t.pool.userPoolId,
      ClientId: t.pool.clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: question.Session,
      ChallengeResponses: { USERNAME: 'ben', NEW_PASSWORD: PASSWORD },
    });
    tokensOf(await t.sdk.send(answer));
  });

  it('name a user by sub as well', async () => {
    await open({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
    const sub = await t.addUser('bob');
    const parameters = { USERNAME: sub, PREFERRED_CHALLENGE: 'PASSWORD' };
    const question = await adminInitiate('USER_AUTH', parameters);
    tokensOf(await t.answer(question, 'bob', { PASSWORD }));
    tokensOf(await t.answer(await adminInitiate('USER_AUTH', parameters), sub, { PASSWORD }));
  });
});

describe('refresh tokens that rotate', () => {
  const rotating = (RetryGracePeriodSeconds: number): PoolOptions['client'] => ({
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds },
  });

  it('serve once, and only GetTokensFromRefreshToken', async () => {
    await open(rotating(0));
    const first = await t.signInWithPassword('ann');
    const refused = initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: first.refreshToken });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const second = tokensOf(await renew(first.refreshToken));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(decodeJwt(second.idToken)['auth_time']).toBe(decodeJwt(first.idToken)['auth_time']);
    await expect(renew(first.refreshToken)).rejects.toMatchObject({ name: 'RefreshTokenReuseException' });
    const third = tokensOf(await renew(second.refreshToken));
    await t.sdk.send(new GetUserCommand({ AccessToken: third.accessToken }));
  });

  it('serve a retry in the time of grace', async () => {
    await open(rotating(30));
    const { refreshToken } = await t.signInWithPassword('ann');
    await renew(refreshToken);
    t.pass(29_999);
    const retried = tokensOf(await renew(refreshToken));
    t.pass(1);
    await expect(renew(refreshToken)).rejects.toMatchObject({ name: 'RefreshTokenReuseException' });
    tokensOf(await renew(retried.refreshToken));
  });

  it('serve one of two calls at the same time', async () => {
    await open(rotating(0));
    const { refreshToken } = await t.signInWithPassword('ann');
    const both = await Promise.allSettled([renew(refreshToken), renew(refreshToken)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('end together, when the first one would have ended', async () => {
    await open(rotating(0));
    const { refreshToken } = await t.signInWithPassword('ann');
    t.pass(29 * 24 * 3_600_000);
    const { refreshToken: later } = tokensOf(await renew(refreshToken));
    t.pass(24 * 3_600_000);
    await expect(renew(later)).rejects.toThrow('Refresh Token has expired');
  });
});
