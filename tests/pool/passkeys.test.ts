import {
  DeleteWebAuthnCredentialCommand,
  ListWebAuthnCredentialsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PoolUnderTest, requestOptions, tokensOf } from './people.js';
import { TestKey } from './test-key.js';

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start();
});
afterAll(() => t.stop());

const list = (accessToken: string, page: { MaxResults?: number; NextToken?: string | undefined } = {}) =>
  t.sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken: accessToken, ...page }));

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
});
