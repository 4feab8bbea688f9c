import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  AuthenticationResponseJSON,
  Base64Url,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../src/shared/webauthn-json.js';

/** The members that Amazon Cognito sends (shape from the AWS CLI's example, values made up). */
const creation = {
  authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'preferred' },
  challenge: 'AAECAwQFBgcICQoLDA0ODw',
  excludeCredentials: [{ id: 'EREREQ', type: 'public-key' }],
  pubKeyCredParams: [
    { alg: -7, type: 'public-key' },
    { alg: -257, type: 'public-key' },
  ],
  rp: { id: 'auth.example.com', name: 'auth.example.com' },
  timeout: 60000,
  user: { displayName: '', id: Buffer.from('6f0c3a52-8f6e-4d5b-9a57-02d5c7c8b0aa').toString('base64url'), name: 'ana' },
};

const request = {
  hints: [],
  attestation: 'none',
  challenge: 'AAECAwQFBgcICQoLDA0ODw',
  timeout: 180000,
  rpId: 'localhost',
  allowCredentials: [{ id: 'EREREQ', type: 'public-key' }],
  userVerification: 'required',
};

const registration = {
  id: 'EREREQ',
  rawId: 'EREREQ',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', attestationObject: 'oA' },
};

const authentication = {
  id: 'EREREQ',
  rawId: 'EREREQ',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'MAA' },
};

describe('base64url', () => {
  it('accepts what Buffer writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => Base64Url.safeParse(Buffer.from(bytes).toString('base64url')).success),
    );
  });

  it.each(['AA==', 'A', 'a+b/', 'AA AA', 'AAAA\n', 'é'])('refuses %j', (text) => {
    expect(Base64Url.safeParse(text).success).toBe(false);
  });
});

describe('creation options', () => {
  it('reads what the service sends, and keeps what it does not know', () => {
    const options = { ...creation, hints: ['security-key'], tomorrow: { a: 1 } };
    expect(PublicKeyCredentialCreationOptionsJSON.parse(options)).toEqual(options);
  });

  it('reads unspecified user verification as preferred', () => {
    const options = PublicKeyCredentialCreationOptionsJSON.parse({ ...creation, authenticatorSelection: {} });
    expect(options.authenticatorSelection?.userVerification).toBe('preferred');
  });

  it('takes a user handle of 64 bytes and refuses 65', () => {
    const withHandle = (bytes: number) => ({
      ...creation,
      user: { ...creation.user, id: Buffer.alloc(bytes).toString('base64url') },
    });
    expect(PublicKeyCredentialCreationOptionsJSON.safeParse(withHandle(64)).success).toBe(true);
    expect(PublicKeyCredentialCreationOptionsJSON.safeParse(withHandle(65)).success).toBe(false);
    expect(PublicKeyCredentialCreationOptionsJSON.safeParse(withHandle(0)).success).toBe(false);
  });

  it.each(['challenge', 'rp', 'user', 'pubKeyCredParams'])('refuses options without %s', (member) => {
    expect(PublicKeyCredentialCreationOptionsJSON.safeParse({ ...creation, [member]: undefined }).success).toBe(false);
  });
});

describe('request options', () => {
  it('reads what the service sends', () => {
    expect(PublicKeyCredentialRequestOptionsJSON.parse(request)).toEqual(request);
  });

  it('needs a challenge and nothing else', () => {
    expect(PublicKeyCredentialRequestOptionsJSON.parse({ challenge: 'AAAA' })).toEqual({
      challenge: 'AAAA',
      userVerification: 'preferred',
    });
    expect(PublicKeyCredentialRequestOptionsJSON.safeParse({ ...request, challenge: '' }).success).toBe(false);
  });
});

describe.each([
  ['registration response', RegistrationResponseJSON, registration],
  ['authentication response', AuthenticationResponseJSON, authentication],
])('%s', (_, schema, answer) => {
  it('reads the least that is needed and keeps the rest', () => {
    expect(schema.parse(answer)).toEqual(answer);
    const more = { ...answer, response: { ...answer.response, extra: 1 }, authenticatorAttachment: 'cross-platform' };
    expect(schema.parse(more)).toEqual(more);
  });

  it('refuses an id that is not its rawId', () => {
    expect(schema.safeParse({ ...answer, rawId: 'IiIiIg' }).success).toBe(false);
  });

  it('refuses another credential type', () => {
    expect(schema.safeParse({ ...answer, type: 'password' }).success).toBe(false);
  });

  it('refuses each member of the response that is not base64url', () => {
    for (const member of Object.keys(answer.response)) {
      const broken = { ...answer, response: { ...answer.response, [member]: 'no!' } };
      expect(schema.safeParse(broken).success).toBe(false);
    }
  });
});

it('no JSON at all makes a schema throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      PublicKeyCredentialCreationOptionsJSON.safeParse(value);
      PublicKeyCredentialRequestOptionsJSON.safeParse(value);
      RegistrationResponseJSON.safeParse(value);
      AuthenticationResponseJSON.safeParse(value);
    }),
  );
});
