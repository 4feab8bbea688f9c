import {
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  InitiateAuthCommand,
  ListWebAuthnCredentialsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest, requestOptions, tokensOf } from './people.js';
import type { Quirks } from './test-key.js';
import { TestKey } from './test-key.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const OTHER_CLIENT = '1otherclient1';

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({ otherClientIds: [OTHER_CLIENT] });
});
afterAll(() => t.stop());

const list = (accessToken: string, page: { MaxResults?: number; NextToken?: string | undefined } = {}) =>
  t.sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken: accessToken, ...page }));

/** Each test has a person of its own. */
let people = 0;
async function newcomer() {
  const name = `person-${++people}`;
  await t.addUser(name);
  return { name, ...(await t.signInWithPassword(name)) };
}

describe('enrolling', () => {
  it('offers what the service offers', async () => {
    const sub = await t.addUser('eve');
    const { accessToken } = await t.signInWithPassword('eve');
    const options = await t.creationOptions(accessToken);
    expect(options).toEqual({
      authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'preferred' },
      challenge: expect.stringMatching(/^[\w-]{22}$/) as string,
      excludeCredentials: [],
      pubKeyCredParams: [
        { alg: -7, type: 'public-key' },
        { alg: -257, type: 'public-key' },
      ],
      rp: { id: 'localhost', name: 'localhost' },
      timeout: 60_000,
      user: { displayName: 'eve', id: Buffer.from(sub).toString('base64url'), name: 'eve' },
    });
  });

  it('takes a key, lists it, signs in with it, and deletes it', async () => {
    const { key, tokens } = await t.enrolled('mia');
    const { Credentials: [passkey] = [] } = await list(tokens.accessToken);
    expect(passkey).toEqual({
      CredentialId: key.id,
      FriendlyCredentialName: 'Roaming passkey',
      RelyingPartyId: 'localhost',
      AuthenticatorAttachment: 'cross-platform',
      AuthenticatorTransports: ['usb'],
      CreatedAt: new Date(t.now),
    });
    expect((await t.creationOptions(tokens.accessToken)).excludeCredentials).toEqual([
      { id: key.id, type: 'public-key' },
    ]);

    const { accessToken } = await t.signInWithKey('mia', key);
    await t.sdk.send(new DeleteWebAuthnCredentialCommand({ AccessToken: accessToken, CredentialId: key.id }));
    expect((await list(accessToken)).Credentials).toEqual([]);
    const gone = t.sdk.send(new DeleteWebAuthnCredentialCommand({ AccessToken: accessToken, CredentialId: key.id }));
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each<[string, Quirks, string]>([
    ['another site', { origin: 'https://localhost.example.com' }, 'WebAuthnOriginNotAllowedException'],
    ['a page in a frame of another site', { crossOrigin: true }, 'WebAuthnOriginNotAllowedException'],
    ['no origin at all', { origin: 'localhost' }, 'WebAuthnOriginNotAllowedException'],
    ['another relying party', { rpId: 'example.com' }, 'WebAuthnRelyingPartyMismatchException'],
    ['an algorithm that was not offered', { algorithm: -8 }, 'WebAuthnCredentialNotSupportedException'],
    ['an unknown attestation format', { attestationFormat: 'x' }, 'WebAuthnCredentialNotSupportedException'],
    ['a user who was not there', { userPresent: false }, 'WebAuthnCredentialNotSupportedException'],
    ['a challenge never issued', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'WebAuthnChallengeNotFoundException'],
    ['an assertion instead of a registration', { type: 'webauthn.get' }, 'InvalidParameterException'],
  ])('refuses %s', async (_, quirks, name) => {
    const { accessToken } = await newcomer();
    await expect(t.register(accessToken, new TestKey(), quirks)).rejects.toMatchObject({ name });
    expect((await list(accessToken)).Credentials).toEqual([]);
  });

  it.each(['http://localhost:5173', 'https://localhost', 'https://sub.localhost'])(
    'takes the origin %s for localhost',
    async (origin) => {
      const { accessToken } = await newcomer();
      await t.register(accessToken, new TestKey(), { origin });
      expect((await list(accessToken)).Credentials).toHaveLength(1);
    },
  );

  it('uses a challenge once', async () => {
    const { accessToken } = await newcomer();
    const options = await t.creationOptions(accessToken);
    await t.complete(accessToken, new TestKey().create(options));
    const again = t.complete(accessToken, new TestKey().create(options));
    await expect(again).rejects.toMatchObject({ name: 'WebAuthnChallengeNotFoundException' });
  });

  it('forgets a challenge after five minutes', async () => {
    const { accessToken } = await newcomer();
    const early = await t.creationOptions(accessToken);
    t.pass(5 * 60_000 - 1);
    await t.complete(accessToken, new TestKey().create(early));
    const late = await t.creationOptions(accessToken);
    t.pass(5 * 60_000);
    const refused = t.complete(accessToken, new TestKey().create(late));
    await expect(refused).rejects.toMatchObject({ name: 'WebAuthnChallengeNotFoundException' });
  });

  it('knows the challenge of one user from that of another', async () => {
    const [one, other] = [await newcomer(), await newcomer()];
    const answer = new TestKey().create(await t.creationOptions(one.accessToken));
    const refused = t.complete(other.accessToken, answer);
    await expect(refused).rejects.toMatchObject({ name: 'WebAuthnChallengeNotFoundException' });
    await t.complete(one.accessToken, answer);
  });

  it('wants the token of the app client that started', async () => {
    const { name, accessToken } = await newcomer();
    const elsewhere = await t.sdk.send(
      new InitiateAuthCommand({
        ClientId: OTHER_CLIENT,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME: name, PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Correct-horse-1' },
      }),
    );
    const answer = new TestKey().create(await t.creationOptions(accessToken));
    const refused = t.complete(tokensOf(elsewhere).accessToken, answer);
    await expect(refused).rejects.toMatchObject({ name: 'WebAuthnClientMismatchException' });
    await t.complete(accessToken, answer);
  });

  it('refuses a credential that somebody has already', async () => {
    const key = new TestKey();
    const [one, other] = [await newcomer(), await newcomer()];
    await t.register(one.accessToken, key);
    const refused = t.register(other.accessToken, key);
    await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('refuses what is no credential', async () => {
    const { accessToken } = await newcomer();
    const answer = new TestKey().create(await t.creationOptions(accessToken));
    const spoiled = [
      {},
      { ...answer, rawId: 'AAAA' },
      { ...answer, response: { ...answer.response, attestationObject: 'AAAA' } },
      { ...answer, response: { ...answer.response, clientDataJSON: 'AAAA' } },
    ];
    for (const credential of spoiled)
      await expect(t.complete(accessToken, credential)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const text = new CompleteWebAuthnRegistrationCommand({ AccessToken: accessToken, Credential: 'credential' });
    await expect(t.sdk.send(text)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('keeps 20 passkeys, lists them in pages, and has no room for another', async () => {
    const { accessToken } = await newcomer();
    const keys = Array.from({ length: 20 }, () => new TestKey());
    const spare = new TestKey().create(await t.creationOptions(accessToken));
    for (const key of keys) await t.register(accessToken, key);
    await expect(t.creationOptions(accessToken)).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(t.complete(accessToken, spare)).rejects.toMatchObject({ name: 'LimitExceededException' });

    const seen: (string | undefined)[] = [];
    let next: string | undefined;
    do {
      const page = await list(accessToken, { MaxResults: 7, NextToken: next });
      expect(page.Credentials?.length).toBeLessThanOrEqual(7);
      seen.push(...(page.Credentials ?? []).map(({ CredentialId }) => CredentialId));
      next = page.NextToken;
    } while (next !== undefined);
    expect(seen).toEqual(keys.map(({ id }) => id));
    await expect(list(accessToken, { NextToken: 'nonsense' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('signing in with a key', () => {
  it('asks for the keys of the user, for three minutes', async () => {
    const { key } = await t.enrolled('kim');
    const question = await t.initiate('kim', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    expect(question.ChallengeName).toBe('WEB_AUTHN');
    expect(requestOptions(question)).toMatchObject({
      challenge: expect.stringMatching(/^[\w-]{22}$/) as string,
      timeout: 180_000,
      rpId: 'localhost',
      allowCredentials: [{ id: key.id, type: 'public-key' }],
      userVerification: 'preferred',
    });
  });

  it.each<[string, Quirks]>([
    ['a wrong signature', { spoilSignature: true }],
    ['another site', { origin: 'https://example.com' }],
    ['a frame of another site', { crossOrigin: true }],
    ['another relying party', { rpId: 'example.com' }],
    ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a registration instead of an assertion', { type: 'webauthn.create' }],
    ['the handle of another user', { userHandle: 'AAAA' }],
    ['a user who was not there', { userPresent: false }],
    ['a counter that stands still', { counter: 1 }],
    ['a counter that went back', { counter: 0 }],
  ])('refuses %s', async (what, quirks) => {
    const name = `wrong ${what}`.replaceAll(' ', '-');
    const { key } = await t.enrolled(name);
    await expect(t.signInWithKey(name, key, quirks)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await t.signInWithKey(name, key, { counter: 50 });
    await expect(t.signInWithKey(name, key, { counter: 50 })).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('does not take the key of another user', async () => {
    const { key } = await t.enrolled('leo');
    await t.enrolled('lou');
    await expect(t.signInWithKey('lou', key)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('does not take a key that never counts for a broken one', async () => {
    const { accessToken, name } = await newcomer();
    const key = new TestKey();
    await t.register(accessToken, key, { counter: 0 });
    await t.signInWithKey(name, key, { counter: 0 });
    await t.signInWithKey(name, key, { counter: 0 });
  });

  it('refuses a key deleted after the question was asked', async () => {
    const { key, tokens } = await t.enrolled('ned');
    const question = await t.initiate('ned', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    await t.sdk.send(new DeleteWebAuthnCredentialCommand({ AccessToken: tokens.accessToken, CredentialId: key.id }));
    const CREDENTIAL = JSON.stringify(key.get(requestOptions(question)));
    await expect(t.answer(question, 'ned', { CREDENTIAL })).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it.each(['', '{', '{}', '[]', '"x"', 'null'])('refuses %j as a credential', async (CREDENTIAL) => {
    const name = `nonsense-${CREDENTIAL.length}-${CREDENTIAL.charCodeAt(0)}`;
    await t.enrolled(name);
    const question = await t.initiate(name, { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    await expect(t.answer(question, name, { CREDENTIAL })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('a pool that requires user verification', () => {
  it('neither enrols a key without it nor signs in with one', async () => {
    const strict = await PoolUnderTest.start({ userVerification: 'required', rpId: 'auth.example.com' });
    try {
      await strict.addUser('uma');
      const { accessToken } = await strict.signInWithPassword('uma');
      expect((await strict.creationOptions(accessToken)).authenticatorSelection?.userVerification).toBe('required');
      const key = new TestKey('https://auth.example.com');
      const lax = strict.register(accessToken, key, { userVerified: false });
      await expect(lax).rejects.toMatchObject({ name: 'WebAuthnCredentialNotSupportedException' });
      const http = strict.register(accessToken, key, { origin: 'http://localhost' });
      await expect(http).rejects.toMatchObject({ name: 'WebAuthnOriginNotAllowedException' });
      await strict.register(accessToken, key);
      const unverified = strict.signInWithKey('uma', key, { userVerified: false });
      await expect(unverified).rejects.toMatchObject({ name: 'NotAuthorizedException' });
      await strict.signInWithKey('uma', key);
    } finally {
      await strict.stop();
    }
  });
});

describe('a pool without passkeys', () => {
  it('says so', async () => {
    const plain = await PoolUnderTest.start({ firstFactors: ['PASSWORD'] });
    try {
      await plain.addUser('pat');
      const { accessToken } = await plain.signInWithPassword('pat');
      const started = plain.creationOptions(accessToken);
      await expect(started).rejects.toMatchObject({ name: 'WebAuthnNotEnabledException' });
      const completed = plain.complete(accessToken, {});
      await expect(completed).rejects.toMatchObject({ name: 'WebAuthnNotEnabledException' });
    } finally {
      await plain.stop();
    }
  });
});
