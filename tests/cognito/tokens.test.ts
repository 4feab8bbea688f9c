import { afterEach, describe, expect, it } from 'vitest';

import { connect } from '../../src/cognito/connection.js';
import { isFederated } from '../../src/cognito/federated.js';
import { tokenVerifier } from '../../src/cognito/token-verifier.js';
import { readTokens } from '../../src/cognito/tokens.js';
import { ScriptedService } from './scripted-service.js';
import {
  authenticationResult,
  claimsOf,
  CLIENT_ID,
  keySet,
  signToken,
  SUB,
  USER_HANDLE,
  USER_POOL_ID,
} from './signed-tokens.js';

let service: ScriptedService | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function pool(settings: { now?: () => number } = {}) {
  service = await ScriptedService.start();
  return { service, connection: connect({ ...service.settings, ...settings }) };
}

const bad = (detail: string) => ({ name: 'CognitoError', code: 'bad-answer', detail });

describe('tokens of a pool', () => {
  it('are taken when the pool has signed them, and its keys are read once', async () => {
    const { service, connection } = await pool();
    const tokens = await readTokens(connection, await service.tokens());
    expect(tokens.identity).toMatchObject({ sub: SUB, username: 'ana', isFederated: false });
    await readTokens(connection, await service.tokens());
    expect(service.keysRead).toBe(1);
  });

  it('are refused with a signature by somebody else', async () => {
    const { service, connection } = await pool();
    const { IdToken, ...rest } = await service.tokens();
    const forged = `${IdToken.slice(0, -8)}AAAAAAAA`;
    await expect(readTokens(connection, { ...rest, IdToken: forged })).rejects.toMatchObject(bad('IdToken'));
    await expect(
      readTokens(connection, { ...rest, IdToken, AccessToken: `${rest.AccessToken.slice(0, -8)}AAAAAAAA` }),
    ).rejects.toMatchObject(bad('AccessToken'));
  });

  it.each([
    ['unsigned', { alg: 'none' }],
    ['signed with a secret', { alg: 'HS256' }],
    ['of a key that the pool does not have', { kid: 'another' }],
    ['of a key without a name', { kid: undefined }],
  ])('are refused when %s', async (_, header) => {
    const { service, connection } = await pool();
    const result = await service.tokens();
    const { id } = claimsOf({ issuer: `${service.endpoint}/${USER_POOL_ID}`, now: Date.now() });
    const IdToken = await signToken(id, header);
    await expect(readTokens(connection, { ...result, IdToken })).rejects.toMatchObject(bad('IdToken'));
  });

  it.each([
    ['iss', { issuer: 'http://127.0.0.1:1/local_Another11' }],
    ['iss', { issuer: `https://pool.example.com/${USER_POOL_ID}` }],
    ['aud', { id: { aud: 'another' } }],
    ['token_use', { id: { token_use: 'access' } }],
    ['client_id', { access: { client_id: 'another' } }],
    ['token_use', { access: { token_use: 'id' } }],
    ['sub', { access: { sub: 'another' } }],
  ])('are refused with a wrong claim: %s %#', async (claim, changes) => {
    const { service, connection } = await pool();
    await expect(readTokens(connection, await service.tokens(changes))).rejects.toMatchObject(bad(claim));
  });

  it('are refused while the keys of the pool cannot be had, and taken once they can', async () => {
    const { service, connection } = await pool();
    const { keys } = service;
    service.keys = undefined;
    const result = await service.tokens();
    await expect(readTokens(connection, result)).rejects.toMatchObject({ code: 'tokens-unverified' });
    service.keys = keys;
    await expect(readTokens(connection, result)).resolves.toMatchObject({
      identity: { sub: SUB, userHandle: USER_HANDLE },
    });
  });

  it('are refused when what is published are no keys', async () => {
    const { service, connection } = await pool();
    service.keys = { keys: 'none' };
    await expect(readTokens(connection, await service.tokens())).rejects.toMatchObject(bad('IdToken'));
  });

  it('are taken with a key that is newer than those that were read', async () => {
    const { service, connection } = await pool();
    const result = await service.tokens();
    await readTokens(connection, result);
    service.keys = keySet('the next key');
    const { id } = claimsOf({ issuer: `${service.endpoint}/${USER_POOL_ID}`, now: Date.now() });
    const IdToken = await signToken(id, { kid: 'the next key' });
    await expect(readTokens(connection, { ...result, IdToken, AccessToken: result.AccessToken })).rejects.toMatchObject(
      bad('AccessToken'),
    );
    expect(service.keysRead, 'for each token that names an unknown key').toBe(3);
  });
});

describe('the clock of this machine', () => {
  it('may be behind by any time', async () => {
    const { service, connection } = await pool({ now: () => Date.now() - 86_400_000 });
    const tokens = await readTokens(connection, await service.tokens());
    expect(tokens.expiresAt).toBeLessThan(Date.now());
  });

  it('may be ahead by less than the tokens live, and then is said to be wrong', async () => {
    const now = Date.now();
    const almost = await pool({ now: () => now + 3_500_000 });
    const tokens = await readTokens(almost.connection, await almost.service.tokens({ now }));
    expect(tokens.expiresAt, 'by this clock').toBe(now + 3_500_000 + 3_600_000);
    await almost.service.stop();
    const ahead = await pool({ now: () => now + 3_601_000 });
    const refused = readTokens(ahead.connection, await ahead.service.tokens({ now }));
    await expect(refused).rejects.toMatchObject({ code: 'clock-differs', retryable: false });
  });
});

describe('the issuer of a pool at AWS', () => {
  const [endpoint, userPoolId] = ['https://cognito-idp.eu-west-1.amazonaws.com', 'eu-west-1_AbCdEfGhI'];
  const asked: string[] = [];
  const verify = tokenVerifier({
    endpoint,
    userPoolId,
    clientId: CLIENT_ID,
    deadlineMs: 1000,
    readDocument: async (uri) => {
      asked.push(uri);
      const bytes = new TextEncoder().encode(JSON.stringify(await keySet()));
      return bytes.buffer;
    },
  });
  const verified = async (issuer: string) =>
    verify((await authenticationResult({ issuer, now: Date.now() })).IdToken, 'id', Date.now());

  it.each([`${endpoint}/${userPoolId}`, `https://issuer-cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`])(
    'may be %s',
    async (issuer) => {
      await expect(verified(issuer)).resolves.toMatchObject({ iss: issuer });
      expect(asked).toEqual([`${endpoint}/${userPoolId}/.well-known/jwks.json`]);
    },
  );

  it.each([
    `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`,
    `${endpoint}/eu-west-1_Another11`,
    `${endpoint}.example.com/${userPoolId}`,
    `http://127.0.0.1:9000/${userPoolId}`,
    'nonsense',
  ])('may not be %s', async (issuer) => {
    await expect(verified(issuer)).rejects.toMatchObject(bad('iss'));
  });
});

describe('people who sign in with another provider', () => {
  const google = { providerName: 'Google', userId: '104', providerType: 'Google' };
  it.each([
    [true, 'a status of EXTERNAL_PROVIDER', { username: 'ana', status: 'EXTERNAL_PROVIDER' }],
    [
      false,
      'a status of CONFIRMED, though a provider is linked',
      { username: 'Google_104', status: 'CONFIRMED', identities: [google] },
    ],
    [true, 'a name made of the provider', { username: 'Google_104', identities: [google] }],
    [true, 'the same without capitals', { username: 'google_104', identities: [google] }],
    [true, 'the list as text', { username: 'Google_104', identities: JSON.stringify([google]) }],
    [true, 'a status that says nothing', { username: 'Google_104', status: 'UNKNOWN', identities: [google] }],
    [false, 'a linked profile of the pool’s own', { username: 'ana', identities: [google] }],
    [false, 'a name that only looks like it', { username: 'Google_104' }],
    [false, 'a list that is none', { username: 'Google_104', identities: 'Google' }],
    [false, 'entries that are none', { username: 'Google_104', identities: [null, { providerName: 'Google' }] }],
  ] as const)('%s: %s', (federated, _, known) => {
    expect(isFederated(known)).toBe(federated);
  });
});
