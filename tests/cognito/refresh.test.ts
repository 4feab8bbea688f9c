import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { getUser, signOut } from '../../src/cognito/account.js';
import type { Connection } from '../../src/cognito/connection.js';
import { connect } from '../../src/cognito/connection.js';
import { Renewal } from '../../src/cognito/refresh.js';
import { startSignIn } from '../../src/cognito/sign-in.js';
import type { Tokens } from '../../src/cognito/tokens.js';
import { PoolUnderTest } from '../pool/people.js';
import { ScriptedService } from './scripted-service.js';
import { SUB, USER_HANDLE } from './signed-tokens.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NO_NETWORK = new TypeError('Failed to fetch');

describe('at a pool whose refresh tokens serve once', () => {
  let t: PoolUnderTest;
  let connection: Connection;
  let tokens: Tokens;
  /** What keeps the pool's keys from being read; they are read when there is nothing. */
  let obstacle: Error | undefined;
  /** How far the clock of this machine is ahead of the pool's, milliseconds. */
  let ahead: number;

  beforeEach(async () => {
    t = await PoolUnderTest.start({
      client: {
        ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
      },
    });
    await t.addUser('eve');
    const signIn = await startSignIn(connectedWithKeys(), 'eve', { prefer: 'password', password: 'Correct-horse-1' });
    if (signIn.step !== 'signed-in') throw new Error('Not signed in');
    ({ tokens } = signIn);
    [obstacle, ahead] = [undefined, 0];
    connection = connect({
      ...t.pool,
      now: () => t.now + ahead,
      readDocument: async (uri) => {
        if (obstacle) throw obstacle;
        return (await fetch(uri)).arrayBuffer();
      },
    });
  });
  afterEach(() => t.stop());

  const connectedWithKeys = () => connect({ ...t.pool, now: () => t.now });
  const renewals = () => t.pool.calls().filter((operation) => operation === 'GetTokensFromRefreshToken').length;
  const isSpent = async ({ refreshToken }: Tokens) => {
    await expect(new Renewal(connectedWithKeys(), { ...tokens, refreshToken }).tokens()).rejects.toMatchObject({
      code: 'refresh-token-reused',
    });
  };

  it('an answer that cannot be verified is kept, and serves once it can', async () => {
    obstacle = NO_NETWORK;
    const renewal = new Renewal(connection, tokens);
    const unverified = { code: 'tokens-unverified', retryable: true };
    await expect(renewal.tokens()).rejects.toMatchObject(unverified);
    await expect(renewal.tokens()).rejects.toMatchObject(unverified);
    obstacle = undefined;
    const renewed = await renewal.tokens();
    expect(renewals(), 'asked once').toBe(1);
    await getUser(connection, renewed);
    await isSpent(tokens);
    await new Renewal(connection, renewed).tokens();
  });

  it('an answer that is verified after its tokens are over still has a good refresh token', async () => {
    obstacle = NO_NETWORK;
    const renewal = new Renewal(connection, tokens);
    await expect(renewal.tokens()).rejects.toMatchObject({ code: 'tokens-unverified' });
    const life = tokens.expiresAt - t.now;
    t.pass(life + 60_000);
    obstacle = undefined;
    const late = await renewal.tokens();
    expect(late.expiresAt).toBe(t.now - 60_000);
    const fresh = await new Renewal(connection, late).tokens();
    await getUser(connection, fresh);
  });

  it('an answer outlasts a clock that is ahead until somebody sets it', async () => {
    ahead = 86_400_000;
    const renewal = new Renewal(connection, tokens);
    await expect(renewal.tokens()).rejects.toMatchObject({ code: 'clock-differs' });
    ahead = 0;
    const renewed = await renewal.tokens();
    expect(renewed.expiresAt).toBe(tokens.expiresAt);
    expect(renewals()).toBe(1);
  });

  it('an answer outlasts a wait that is given up', async () => {
    const given = new AbortController();
    const renewal = new Renewal(connection, tokens);
    const left = renewal.tokens({ signal: given.signal });
    given.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    const renewed = await renewal.tokens();
    expect(renewals()).toBe(1);
    await isSpent(tokens);
    await new Renewal(connection, renewed).tokens();
  });

  it('nothing is asked for by who has given up before', async () => {
    const renewal = new Renewal(connection, tokens);
    await expect(renewal.tokens({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(renewals()).toBe(0);
    await renewal.tokens();
  });

  it('a new refresh token that nobody wants is revoked, verified or not', async () => {
    obstacle = NO_NETWORK;
    const renewal = new Renewal(connection, tokens);
    await expect(renewal.tokens()).rejects.toMatchObject({ code: 'tokens-unverified' });
    await renewal.revoke();
    await renewal.revoke();
    expect(t.pool.calls().filter((operation) => operation === 'RevokeToken')).toHaveLength(1);
    await expect(getUser(connection, tokens)).rejects.toMatchObject({ code: 'signed-out' });
  });

  it('a refusal is final, and is not remembered as an answer', async () => {
    await signOut(connection, tokens);
    const renewal = new Renewal(connection, tokens);
    await expect(renewal.tokens()).rejects.toMatchObject({ code: 'signed-out' });
    await expect(renewal.tokens()).rejects.toMatchObject({ code: 'signed-out' });
    expect(renewals()).toBe(2);
  });
});

describe('an answer with a signature by somebody else', () => {
  let service: ScriptedService;
  beforeEach(async () => {
    service = await ScriptedService.start();
  });
  afterEach(() => service.stop());

  it('is dropped: it will never be right', async () => {
    const connection = connect(service.settings);
    const good = await service.tokens();
    const identity = { sub: SUB, username: 'eve', email: undefined, authTime: 0 };
    const renewal = new Renewal(connection, {
      accessToken: good.AccessToken,
      idToken: good.IdToken,
      refreshToken: 'the first one',
      expiresAt: 0,
      identity: { ...identity, userHandle: USER_HANDLE, isFederated: false },
    });
    const forged = { ...good, IdToken: `${good.IdToken.slice(0, -8)}AAAAAAAA` };
    service.replyWith({ json: { AuthenticationResult: forged } }, { json: { AuthenticationResult: good } });
    await expect(renewal.tokens()).rejects.toMatchObject({ code: 'bad-answer', detail: 'IdToken', retryable: false });
    await expect(renewal.tokens()).resolves.toMatchObject({ refreshToken: good.RefreshToken });
    expect(service.asked).toHaveLength(2);
  });
});
