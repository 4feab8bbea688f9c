import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Tokens } from '../pool/people.js';
import { PoolUnderTest } from '../pool/people.js';

// New pools make two RSA keys each, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What a service behind the pool does with its tokens. https://github.com/awslabs/aws-jwt-verify */
describe('aws-jwt-verify and the tokens of the local pool', () => {
  let t: PoolUnderTest;
  let tokens: Tokens;
  beforeAll(async () => {
    t = await PoolUnderTest.start();
    await t.addUser('ann');
    tokens = await t.signInWithPassword('ann');
  });
  afterAll(() => t.stop());

  /** The library reads keys over TLS alone unless it is given another way to read them. */
  const fetcher = { fetch: async (uri: string) => (await fetch(uri)).arrayBuffer() };
  const verifierOf = (
    tokenUse: 'id' | 'access',
    { issuer = `${t.pool.endpoint}/${t.pool.userPoolId}`, clientId = t.pool.clientId, publisher = t } = {},
  ) =>
    JwtVerifier.create(
      {
        issuer,
        jwksUri: `${publisher.pool.endpoint}/${publisher.pool.userPoolId}/.well-known/jwks.json`,
        audience: null, // looked at below, by the name that each kind of token has for it
        customJwtCheck: ({ payload }) => {
          validateCognitoJwtFields(payload, { tokenUse, clientId });
        },
      },
      { jwksCache: new SimpleJwksCache({ fetcher }) },
    );

  it('takes both, each for what it is', async () => {
    const byId = verifierOf('id');
    const byAccess = verifierOf('access');
    expect(await byId.verify(tokens.idToken)).toMatchObject({ aud: t.pool.clientId, 'cognito:username': 'ann' });
    expect(await byAccess.verify(tokens.accessToken)).toMatchObject({ client_id: t.pool.clientId, username: 'ann' });
    await expect(byId.verify(tokens.accessToken)).rejects.toThrow(CognitoJwtInvalidTokenUseError);
    await expect(byAccess.verify(tokens.idToken)).rejects.toThrow(CognitoJwtInvalidTokenUseError);
  });

  it.each(['id', 'access'] as const)('refuses an %s token that somebody changed', async (use) => {
    const [head = '', body = '', signature = ''] = tokens[`${use}Token`].split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url');
    const verifier = verifierOf(use);
    await expect(verifier.verify(`${head}.${changed}.${signature}`)).rejects.toThrow(JwtInvalidSignatureError);
  });

  it.each(['id', 'access'] as const)('refuses an %s token of another client or issuer', async (use) => {
    const token = tokens[`${use}Token`];
    const elsewhere = verifierOf(use, { clientId: 'another' });
    await expect(elsewhere.verify(token)).rejects.toThrow(CognitoJwtInvalidClientIdError);
    const other = verifierOf(use, { issuer: `${t.pool.endpoint}/local_Another` });
    await expect(other.verify(token)).rejects.toThrow(JwtInvalidIssuerError);
  });

  it('finds no key for a token in those of another pool', async () => {
    const other = await PoolUnderTest.start({ users: [] });
    try {
      const verifier = verifierOf('id', { publisher: other });
      await expect(verifier.verify(tokens.idToken)).rejects.toThrow(KidNotFoundInJwksError);
    } finally {
      await other.stop();
    }
  });
});
