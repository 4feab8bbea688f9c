import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import {
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  ListWebAuthnCredentialsCommand,
  RespondToAuthChallengeCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../src/shared/webauthn-json.js';
import type { Quirks } from '../pool/test-key.js';
import { TestKey } from '../pool/test-key.js';

/** A user pool with passkeys, passwords and ALLOW_USER_AUTH, and a way to get people in it. */
export interface OpenPool {
  readonly client: CognitoIdentityProviderClient;
  readonly clientId: string;
  readonly rpId: string;
  /** A confirmed user with a permanent password and no passkey. */
  newUser(): Promise<{ username: string; password: string }>;
  close(): Promise<void>;
}

/** What AWS documents of a user pool, as far as Keydesk leans on it; the same for the local pool and for a real one. */
export function describeUserPool(name: string, open: () => Promise<OpenPool>): void {
  describe(`${name}, as a user pool`, () => {
    let pool: OpenPool;
    let person: { username: string; password: string };
    beforeAll(async () => {
      pool = await open();
      person = await pool.newUser();
    });
    afterAll(() => pool.close());

    const initiate = (parameters: Record<string, string> = {}, username = person.username) =>
      pool.client.send(
        new InitiateAuthCommand({
          ClientId: pool.clientId,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: username, ...parameters },
        }),
      );
    type Question = Awaited<ReturnType<typeof initiate>>;
    const respond = ({ ChallengeName, Session }: Question, responses: Record<string, string>) =>
      pool.client.send(
        new RespondToAuthChallengeCommand({
          ClientId: pool.clientId,
          ChallengeName,
          Session,
          ChallengeResponses: { USERNAME: person.username, ...responses },
        }),
      );
    const signIn = async () => {
      const answer = await initiate({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: person.password });
      const { AccessToken = '', IdToken = '', RefreshToken = '' } = answer.AuthenticationResult ?? {};
      return { AccessToken, IdToken, RefreshToken };
    };
    const origin = () => (pool.rpId === 'localhost' ? 'http://localhost' : `https://${pool.rpId}`);
    const enrol = async (AccessToken: string, key: TestKey, quirks: Quirks = {}) => {
      const started = await pool.client.send(new StartWebAuthnRegistrationCommand({ AccessToken }));
      const options = PublicKeyCredentialCreationOptionsJSON.parse(started.CredentialCreationOptions);
      // As JSON: the SDK's type of documents has an index signature, which a parsed answer has not.
      const Credential = JSON.parse(JSON.stringify(key.create(options, quirks))) as Record<string, never>;
      await pool.client.send(new CompleteWebAuthnRegistrationCommand({ AccessToken, Credential }));
      return options;
    };
    const passkeysOf = async (AccessToken: string) => {
      const { Credentials = [] } = await pool.client.send(new ListWebAuthnCredentialsCommand({ AccessToken }));
      return Credentials;
    };

    it('offers a choice to who prefers nothing, and to who prefers what the user has not got', async () => {
      for (const parameters of [{}, { PREFERRED_CHALLENGE: 'WEB_AUTHN' }] as Record<string, string>[]) {
        const question = await initiate(parameters);
        expect(question.ChallengeName).toBe('SELECT_CHALLENGE');
        expect(question.AvailableChallenges).toContain('PASSWORD');
        expect(question.AvailableChallenges).not.toContain('WEB_AUTHN');
        expect(question.Session?.length).toBeGreaterThanOrEqual(20);
      }
    });

    it('takes a password with the choice of it', async () => {
      const answer = await respond(await initiate(), { ANSWER: 'PASSWORD', PASSWORD: person.password });
      expect(answer.AuthenticationResult).toMatchObject({ TokenType: 'Bearer' });
    });

    it('refuses a wrong password in the words for an unknown user', async () => {
      const wrong = initiate({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Wrong-password-1' });
      await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    });

    it('lets a session serve once', async () => {
      const question = await initiate();
      await respond(question, { ANSWER: 'PASSWORD', PASSWORD: person.password });
      const again = respond(question, { ANSWER: 'PASSWORD', PASSWORD: person.password });
      await expect(again).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    });

    it('gives tokens that say for whom they are', async () => {
      const { AccessToken, IdToken } = await signIn();
      const user = await pool.client.send(new GetUserCommand({ AccessToken }));
      const sub = user.UserAttributes?.find(({ Name }) => Name === 'sub')?.Value;
      expect(decodeJwt(IdToken)).toMatchObject({
        sub,
        aud: pool.clientId,
        token_use: 'id',
        'cognito:username': user.Username,
      });
      expect(decodeJwt(AccessToken)).toMatchObject({ sub, client_id: pool.clientId, token_use: 'access' });
      expect(decodeJwt(AccessToken).aud).toBeUndefined();
    });

    it('enrols a key, lists it, signs in with it, and deletes it', async () => {
      const { AccessToken } = await signIn();
      const key = new TestKey(origin());
      const options = await enrol(AccessToken, key);
      expect(options).toMatchObject({ rp: { id: pool.rpId }, authenticatorSelection: { residentKey: 'required' } });
      expect(options.pubKeyCredParams.map(({ alg }) => alg)).toContain(-7);
      expect(await passkeysOf(AccessToken)).toMatchObject([{ CredentialId: key.id, RelyingPartyId: pool.rpId }]);

      const question = await initiate({ PREFERRED_CHALLENGE: 'WEB_AUTHN' });
      expect(question.ChallengeName).toBe('WEB_AUTHN');
      const asked = PublicKeyCredentialRequestOptionsJSON.parse(
        JSON.parse(question.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''),
      );
      expect(asked).toMatchObject({ rpId: pool.rpId, allowCredentials: [{ id: key.id, type: 'public-key' }] });
      const answer = await respond(question, { CREDENTIAL: JSON.stringify(key.get(asked)) });
      expect(answer.AuthenticationResult?.AccessToken).toBeTypeOf('string');

      const remove = new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId: key.id });
      await pool.client.send(remove);
      expect(await passkeysOf(AccessToken)).toEqual([]);
      await expect(pool.client.send(remove)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });

    it('refuses a key of another origin or relying party', async () => {
      const { AccessToken } = await signIn();
      await expect(enrol(AccessToken, new TestKey('https://example.org'))).rejects.toMatchObject({
        name: 'WebAuthnOriginNotAllowedException',
      });
      await expect(enrol(AccessToken, new TestKey(origin()), { rpId: 'example.org' })).rejects.toMatchObject({
        name: 'WebAuthnRelyingPartyMismatchException',
      });
      expect(await passkeysOf(AccessToken)).toEqual([]);
    });

    it('ends every token at a global sign-out', async () => {
      const { AccessToken, RefreshToken } = await signIn();
      await pool.client.send(new GlobalSignOutCommand({ AccessToken }));
      const refused = { name: 'NotAuthorizedException' };
      await expect(pool.client.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject(refused);
      const refreshed = new GetTokensFromRefreshTokenCommand({ ClientId: pool.clientId, RefreshToken });
      await expect(pool.client.send(refreshed)).rejects.toMatchObject(refused);
    });
  });
}
