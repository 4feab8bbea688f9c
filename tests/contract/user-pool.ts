import {
  CompleteWebAuthnRegistrationCommand,
  DeleteWebAuthnCredentialCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  ListWebAuthnCredentialsCommand,
  StartWebAuthnRegistrationCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../src/shared/webauthn-json.js';
import type { Quirks } from '../pool/test-key.js';
import { TestKey } from '../pool/test-key.js';
import type { OpenPool, Reasons } from './open-pool.js';
import { because, Visitor } from './open-pool.js';
import { provesPasswords } from './user-pool-passwords.js';
import { keepsSessions } from './user-pool-sessions.js';

/** What AWS documents of a user pool, as far as Keydesk leans on it; the same for the local pool and for a real one. */
export function describeUserPool(name: string, open: () => Promise<OpenPool>, reasons: Reasons = {}): void {
  const { notAtAll } = reasons;
  describe.skipIf(notAtAll !== undefined)(`${name}, as a user pool${because(notAtAll)}`, () => {
    let pool: OpenPool;
    let visitor: Visitor;
    beforeAll(async () => {
      pool = await open();
      return () => pool.close();
    });
    beforeAll(async () => {
      visitor = new Visitor(pool, await pool.newUser());
    });

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
        const question = await visitor.initiate(parameters);
        expect(question.ChallengeName).toBe('SELECT_CHALLENGE');
        expect(question.AvailableChallenges).toContain('PASSWORD');
        expect(question.AvailableChallenges).not.toContain('WEB_AUTHN');
        expect(question.Session?.length).toBeGreaterThanOrEqual(20);
      }
    });

    it('takes a password with the choice of it', async () => {
      const answer = await visitor.respond(await visitor.initiate(), {
        ANSWER: 'PASSWORD',
        PASSWORD: visitor.person.password,
      });
      expect(answer.AuthenticationResult).toMatchObject({ TokenType: 'Bearer' });
    });

    it('refuses a wrong password in the words for an unknown user', async () => {
      const wrong = visitor.initiate({ PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'Wrong-password-1' });
      await expect(wrong).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    });

    it('lets a session serve once', async () => {
      const question = await visitor.initiate();
      await visitor.respond(question, { ANSWER: 'PASSWORD', PASSWORD: visitor.person.password });
      const again = visitor.respond(question, { ANSWER: 'PASSWORD', PASSWORD: visitor.person.password });
      await expect(again).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    });

    it('gives tokens that say for whom they are', async () => {
      const { AccessToken, IdToken } = await visitor.signIn();
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
      const { AccessToken } = await visitor.signIn();
      const key = new TestKey(origin());
      const options = await enrol(AccessToken, key);
      expect(options).toMatchObject({ rp: { id: pool.rpId }, authenticatorSelection: { residentKey: 'required' } });
      expect(options.pubKeyCredParams.map(({ alg }) => alg)).toContain(-7);
      expect(await passkeysOf(AccessToken)).toMatchObject([{ CredentialId: key.id, RelyingPartyId: pool.rpId }]);

      const question = await visitor.initiate({ PREFERRED_CHALLENGE: 'WEB_AUTHN' });
      expect(question.ChallengeName).toBe('WEB_AUTHN');
      const asked = PublicKeyCredentialRequestOptionsJSON.parse(
        JSON.parse(question.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''),
      );
      expect(asked).toMatchObject({ rpId: pool.rpId, allowCredentials: [{ id: key.id, type: 'public-key' }] });
      const answer = await visitor.respond(question, { CREDENTIAL: JSON.stringify(key.get(asked)) });
      expect(answer.AuthenticationResult?.AccessToken).toBeTypeOf('string');

      const remove = new DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId: key.id });
      await pool.client.send(remove);
      expect(await passkeysOf(AccessToken)).toEqual([]);
      await expect(pool.client.send(remove)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });

    it('refuses a key of another origin or relying party', async () => {
      const { AccessToken } = await visitor.signIn();
      await expect(enrol(AccessToken, new TestKey('https://example.org'))).rejects.toMatchObject({
        name: 'WebAuthnOriginNotAllowedException',
      });
      await expect(enrol(AccessToken, new TestKey(origin()), { rpId: 'example.org' })).rejects.toMatchObject({
        name: 'WebAuthnRelyingPartyMismatchException',
      });
      expect(await passkeysOf(AccessToken)).toEqual([]);
    });

    it('ends every token at a global sign-out', async () => {
      const { AccessToken, RefreshToken } = await visitor.signIn();
      await pool.client.send(new GlobalSignOutCommand({ AccessToken }));
      const refused = { name: 'NotAuthorizedException' };
      await expect(pool.client.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject(refused);
      const refreshed = new GetTokensFromRefreshTokenCommand({ ClientId: pool.clientId, RefreshToken });
      await expect(pool.client.send(refreshed)).rejects.toMatchObject(refused);
    });

    const at = () => ({ pool, visitor });
    provesPasswords(at, reasons);
    keepsSessions(at, reasons);
  });
}
