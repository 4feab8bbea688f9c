import * as api from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { operations } from '../../src/pool/operations.js';
import type { Tokens } from '../pool/people.js';
import { PoolUnderTest, tokensOf } from '../pool/people.js';
import { TestKey } from '../pool/test-key.js';
import { totp } from '../pool/totp.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';

/** One story, told in order: each chapter needs those before it. The last asks whether anything was left out. */
describe('the AWS SDK on a walk through the local pool', () => {
  let t: PoolUnderTest;
  /** The operations that the SDK got an answer from which was no error. */
  const walked = new Set<string>();
  beforeAll(async () => {
    t = await PoolUnderTest.start({ users: [] });
    t.sdk.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (request) => {
          const answer = await next(request);
          walked.add(commandName.replace(/Command$/, ''));
          return answer;
        },
      { step: 'initialize' },
    );
  });
  afterAll(() => t.stop());

  const thePool = () => ({ UserPoolId: t.pool.userPoolId });
  const person = (Username: string) => ({ ...thePool(), Username });
  const valueOf = (attributes: api.AttributeType[] | undefined, name: string) =>
    attributes?.find(({ Name }) => Name === name)?.Value;

  let client: { UserPoolId: string; ClientId: string };

  it('sets the pool up', async () => {
    const { UserPools } = await t.sdk.send(new api.ListUserPoolsCommand({ MaxResults: 10 }));
    expect(UserPools).toMatchObject([{ Id: t.pool.userPoolId }]);
    await t.sdk.send(
      new api.UpdateUserPoolCommand({
        ...thePool(),
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] } },
        AutoVerifiedAttributes: ['email'],
      }),
    );
    const { UserPool } = await t.sdk.send(new api.DescribeUserPoolCommand(thePool()));
    expect(UserPool?.AutoVerifiedAttributes).toEqual(['email']);

    await t.sdk.send(
      new api.SetUserPoolMfaConfigCommand({
        ...thePool(),
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' },
      }),
    );
    const mfa = await t.sdk.send(new api.GetUserPoolMfaConfigCommand(thePool()));
    expect(mfa).toMatchObject({ MfaConfiguration: 'OPTIONAL', WebAuthnConfiguration: { RelyingPartyId: 'localhost' } });

    const ResourceArn = UserPool?.Arn;
    const tags = async () => (await t.sdk.send(new api.ListTagsForResourceCommand({ ResourceArn }))).Tags;
    await t.sdk.send(new api.TagResourceCommand({ ResourceArn, Tags: { stage: 'test', team: 'keys' } }));
    expect(await tags()).toEqual({ stage: 'test', team: 'keys' });
    await t.sdk.send(new api.UntagResourceCommand({ ResourceArn, TagKeys: ['team'] }));
    expect(await tags()).toEqual({ stage: 'test' });
  });

  it('gives it a domain, and takes it away', async () => {
    const domain = { ...thePool(), Domain: 'keydesk-walk' };
    const describedVersion = async () =>
      (await t.sdk.send(new api.DescribeUserPoolDomainCommand({ Domain: domain.Domain }))).DomainDescription
        ?.ManagedLoginVersion;
    await t.sdk.send(new api.CreateUserPoolDomainCommand(domain));
    expect(await describedVersion()).toBe(1);
    await t.sdk.send(new api.UpdateUserPoolDomainCommand({ ...domain, ManagedLoginVersion: 2 }));
    expect(await describedVersion()).toBe(2);
    await t.sdk.send(new api.DeleteUserPoolDomainCommand(domain));
    expect(await describedVersion()).toBeUndefined();
  });

  it('makes an app client for administrators', async () => {
    const made = await t.sdk.send(new api.CreateUserPoolClientCommand({ ...thePool(), ClientName: 'walk' }));
    client = { ...thePool(), ClientId: made.UserPoolClient?.ClientId ?? '' };
    await t.sdk.send(
      new api.UpdateUserPoolClientCommand({ ...client, ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'] }),
    );
    const described = await t.sdk.send(new api.DescribeUserPoolClientCommand(client));
    expect(described.UserPoolClient).toMatchObject({
      ClientName: 'walk',
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    });
    const { UserPoolClients } = await t.sdk.send(new api.ListUserPoolClientsCommand(thePool()));
    expect(UserPoolClients?.map(({ ClientId }) => ClientId)).toContain(client.ClientId);
  });

  const cat = { ClientId: '', Username: 'cat' };
  let tokens: Tokens;

  it('signs somebody up, and in by code', async () => {
    cat.ClientId = t.pool.clientId;
    const UserAttributes = [
      { Name: 'email', Value: 'cat@example.com' },
      { Name: 'name', Value: 'Cat' },
    ];
    const begun = await t.sdk.send(new api.SignUpCommand({ ...cat, Password: PASSWORD, UserAttributes }));
    expect(begun.UserConfirmed).toBe(false);
    await t.sdk.send(new api.ResendConfirmationCodeCommand(cat));
    await t.sdk.send(new api.ConfirmSignUpCommand({ ...cat, ConfirmationCode: t.lastCode() }));
    const question = await t.initiate('cat', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    tokens = tokensOf(await t.answer(question, 'cat', { EMAIL_OTP_CODE: t.lastCode() }));
    expect(decodeJwt(tokens.idToken)['email']).toBe('cat@example.com');
  });

  it('lets them keep their own account', async () => {
    const AccessToken = tokens.accessToken;
    const attribute = async (name: string) =>
      valueOf((await t.sdk.send(new api.GetUserCommand({ AccessToken }))).UserAttributes, name);
    const AttributeName = 'email';
    await t.sdk.send(
      new api.UpdateUserAttributesCommand({
        AccessToken,
        UserAttributes: [{ Name: AttributeName, Value: 'new@example.com' }],
      }),
    );
    expect(await attribute('email_verified')).not.toBe('true');
    await t.sdk.send(new api.GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }));
    await t.sdk.send(new api.VerifyUserAttributeCommand({ AccessToken, AttributeName, Code: t.lastCode() }));
    expect(await attribute('email_verified')).toBe('true');
    await t.sdk.send(new api.DeleteUserAttributesCommand({ AccessToken, UserAttributeNames: ['name'] }));
    expect(await attribute('name')).toBeUndefined();

    await t.sdk.send(
      new api.ChangePasswordCommand({ AccessToken, PreviousPassword: PASSWORD, ProposedPassword: `${PASSWORD}2` }),
    );
    await t.sdk.send(new api.ForgotPasswordCommand(cat));
    await t.sdk.send(
      new api.ConfirmForgotPasswordCommand({ ...cat, ConfirmationCode: t.lastCode(), Password: `${PASSWORD}3` }),
    );
    tokens = await t.signInWithPassword('cat', `${PASSWORD}3`);
  });

  it('enrols a passkey and an authenticator app, and signs in with both', async () => {
    const AccessToken = tokens.accessToken;
    const key = new TestKey();
    await t.register(AccessToken, key);
    const passkeys = async () =>
      (await t.sdk.send(new api.ListWebAuthnCredentialsCommand({ AccessToken }))).Credentials;
    expect(await passkeys()).toMatchObject([{ CredentialId: key.id }]);
    await t.signInWithKey('cat', key);
    await t.sdk.send(new api.DeleteWebAuthnCredentialCommand({ AccessToken, CredentialId: key.id }));
    expect(await passkeys()).toEqual([]);

    const { SecretCode = '' } = await t.sdk.send(new api.AssociateSoftwareTokenCommand({ AccessToken }));
    await t.sdk.send(new api.VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(SecretCode, t.now) }));
    await t.sdk.send(
      new api.SetUserMFAPreferenceCommand({
        AccessToken,
        SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
      }),
    );
    const factors = await t.sdk.send(new api.GetUserAuthFactorsCommand({ AccessToken }));
    expect(factors).toMatchObject({
      ConfiguredUserAuthFactors: expect.arrayContaining(['PASSWORD', 'SOFTWARE_TOKEN']) as string[],
      PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
    });
    t.pass(30_000);
    const question = await t.initiate('cat', { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: `${PASSWORD}3` });
    expect(question.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    const SOFTWARE_TOKEN_MFA_CODE = totp(SecretCode, t.now);
    tokens = tokensOf(await t.answer(question, 'cat', { SOFTWARE_TOKEN_MFA_CODE }));
  });

  it('renews tokens, and ends them', async () => {
    const ClientId = t.pool.clientId;
    const renew = () =>
      t.sdk.send(new api.GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: tokens.refreshToken }));
    expect((await renew()).AuthenticationResult?.AccessToken).toBeTypeOf('string');
    await t.sdk.send(new api.RevokeTokenCommand({ ClientId, Token: tokens.refreshToken }));
    await expect(renew()).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('puts people into groups', async () => {
    const group = { ...thePool(), GroupName: 'desk' };
    await t.sdk.send(new api.CreateGroupCommand(group));
    await t.sdk.send(new api.UpdateGroupCommand({ ...group, Description: 'Who sits at the desk' }));
    const { Group } = await t.sdk.send(new api.GetGroupCommand(group));
    expect(Group?.Description).toBe('Who sits at the desk');
    await t.sdk.send(new api.AdminAddUserToGroupCommand({ ...group, Username: 'cat' }));
    const { Groups } = await t.sdk.send(new api.AdminListGroupsForUserCommand(person('cat')));
    expect(Groups).toMatchObject([{ GroupName: 'desk' }]);
    const members = async () => (await t.sdk.send(new api.ListUsersInGroupCommand(group))).Users;
    expect(await members()).toMatchObject([{ Username: 'cat' }]);
    await t.sdk.send(new api.AdminRemoveUserFromGroupCommand({ ...group, Username: 'cat' }));
    expect(await members()).toEqual([]);
    await t.sdk.send(new api.DeleteGroupCommand(group));
    expect((await t.sdk.send(new api.ListGroupsCommand(thePool()))).Groups).toEqual([]);
  });

  it('makes an account for somebody, who replaces the temporary password', async () => {
    await t.sdk.send(
      new api.AdminCreateUserCommand({
        ...person('dan'),
        TemporaryPassword: 'Temporary-1',
        UserAttributes: [{ Name: 'email', Value: 'dan@example.com' }],
      }),
    );
    const signIn = (PASSWORD: string) =>
      t.sdk.send(
        new api.AdminInitiateAuthCommand({
          ...client,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: 'dan', PASSWORD },
        }),
      );
    const { ChallengeName, Session } = await signIn('Temporary-1');
    expect(ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    const answer = await t.sdk.send(
      new api.AdminRespondToAuthChallengeCommand({
        ...client,
        ChallengeName,
        Session,
        ChallengeResponses: { USERNAME: 'dan', NEW_PASSWORD: PASSWORD },
      }),
    );
    tokensOf(answer);
    await t.sdk.send(
      new api.AdminSetUserPasswordCommand({ ...person('dan'), Password: `${PASSWORD}2`, Permanent: true }),
    );
    tokensOf(await signIn(`${PASSWORD}2`));
  });

  it('sees to accounts as an administrator', async () => {
    const status = async (username: string) => {
      const { Enabled, UserStatus } = await t.sdk.send(new api.AdminGetUserCommand(person(username)));
      return [Enabled, UserStatus];
    };
    await t.sdk.send(new api.SignUpCommand({ ...cat, Username: 'eve', Password: PASSWORD }));
    await t.sdk.send(new api.AdminConfirmSignUpCommand(person('eve')));
    expect(await status('eve')).toEqual([true, 'CONFIRMED']);
    await t.sdk.send(new api.AdminDisableUserCommand(person('eve')));
    expect(await status('eve')).toEqual([false, 'CONFIRMED']);
    await t.sdk.send(new api.AdminEnableUserCommand(person('eve')));
    expect(await status('eve')).toEqual([true, 'CONFIRMED']);

    const UserAttributes = [
      { Name: 'email', Value: 'eve@example.com' },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'nickname', Value: 'E' },
    ];
    await t.sdk.send(new api.AdminUpdateUserAttributesCommand({ ...person('eve'), UserAttributes }));
    await t.sdk.send(new api.AdminDeleteUserAttributesCommand({ ...person('eve'), UserAttributeNames: ['nickname'] }));
    const found = await t.sdk.send(new api.ListUsersCommand({ ...thePool(), Filter: 'email = "eve@example.com"' }));
    expect(found.Users?.map(({ Username }) => Username)).toEqual(['eve']);
    expect(valueOf(found.Users?.[0]?.Attributes, 'nickname')).toBeUndefined();

    const eve = await t.signInWithPassword('eve');
    await t.sdk.send(new api.AdminUserGlobalSignOutCommand(person('eve')));
    const refused = t.sdk.send(new api.GetUserCommand({ AccessToken: eve.accessToken }));
    await expect(refused).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await t.sdk.send(new api.AdminResetUserPasswordCommand(person('eve')));
    expect(await status('eve')).toEqual([true, 'RESET_REQUIRED']);
    await t.sdk.send(new api.AdminDeleteUserCommand(person('eve')));
    await expect(status('eve')).rejects.toMatchObject({ name: 'UserNotFoundException' });
  });

  it('takes a second factor away, and everybody leaves', async () => {
    const factors = async () =>
      (await t.sdk.send(new api.AdminGetUserAuthFactorsCommand(person('cat')))).ConfiguredUserAuthFactors;
    expect(await factors()).toContain('SOFTWARE_TOKEN');
    await t.sdk.send(
      new api.AdminSetUserMFAPreferenceCommand({ ...person('cat'), SoftwareTokenMfaSettings: { Enabled: false } }),
    );
    await t.sdk.send(new api.AdminDeleteSoftwareTokenCommand(person('cat')));
    expect(await factors()).not.toContain('SOFTWARE_TOKEN');

    const elsewhere = await t.signInWithPassword('cat', `${PASSWORD}3`);
    await t.sdk.send(new api.GlobalSignOutCommand({ AccessToken: elsewhere.accessToken }));
    const { accessToken: AccessToken } = await t.signInWithPassword('cat', `${PASSWORD}3`);
    await t.sdk.send(new api.DeleteUserCommand({ AccessToken }));
    await t.sdk.send(new api.DeleteUserPoolClientCommand(client));
    const left = await t.sdk.send(new api.ListUsersCommand(thePool()));
    expect(left.Users?.map(({ Username }) => Username)).toEqual(['dan']);
  });

  it('has been everywhere', () => {
    const all = [...operations.keys()].sort();
    expect(all.filter((name) => !walked.has(name))).toEqual([]);
    expect([...t.pool.requests.keys()].sort()).toEqual(all);
  });
});
