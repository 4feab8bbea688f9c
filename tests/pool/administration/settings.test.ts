import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetUserPoolMfaConfigCommand,
  ListUserPoolClientsCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type {
  SetUserPoolMfaConfigCommandInput,
  UpdateUserPoolClientCommandInput,
  UpdateUserPoolCommandInput,
  UserPoolPolicyType,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeEach(async () => {
  t = await PoolUnderTest.start({ region: 'eu-west-1', users: [], otherClientIds: ['second'] });
});
afterEach(() => t.stop());

const LAMBDA = 'arn:aws:lambda:eu-west-1:000000000000:function:check';
const FEATURE = 'FeatureUnavailableInTierException';
const ALL_FACTORS: UserPoolPolicyType = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } };

type Input<T> = Omit<T, 'UserPoolId' | 'ClientId'>;
const UserPoolId = () => t.pool.userPoolId;
const described = async () => (await t.sdk.send(new DescribeUserPoolCommand({ UserPoolId: UserPoolId() }))).UserPool;
const mfa = async () => {
  const { $metadata, ...config } = await t.sdk.send(new GetUserPoolMfaConfigCommand({ UserPoolId: UserPoolId() }));
  expect($metadata.httpStatusCode).toBe(200);
  return config;
};
const update = (input: Input<UpdateUserPoolCommandInput>) =>
  t.sdk.send(new UpdateUserPoolCommand({ UserPoolId: UserPoolId(), ...input }));
const setMfa = (input: Input<SetUserPoolMfaConfigCommandInput>) =>
  t.sdk.send(new SetUserPoolMfaConfigCommand({ UserPoolId: UserPoolId(), ...input }));
const client = async () => {
  const ids = { UserPoolId: UserPoolId(), ClientId: t.pool.clientId };
  return (await t.sdk.send(new DescribeUserPoolClientCommand(ids))).UserPoolClient;
};
const updateClient = (input: Input<UpdateUserPoolClientCommandInput>) =>
  t.sdk.send(new UpdateUserPoolClientCommand({ UserPoolId: UserPoolId(), ClientId: t.pool.clientId, ...input }));

describe('a pool', () => {
  it('is described in the words of the SDK', async () => {
    const pool = await described();
    expect(pool).toMatchObject({
      Id: t.pool.userPoolId,
      Arn: `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${t.pool.userPoolId}`,
      Name: 'Keydesk local pool',
      CreationDate: new Date(t.now),
      LastModifiedDate: new Date(t.now),
      EstimatedNumberOfUsers: 0,
      MfaConfiguration: 'OFF',
      UserPoolTier: 'ESSENTIALS',
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP'] } },
    });
    expect(pool).not.toHaveProperty('Domain');
    expect(pool?.SchemaAttributes?.find(({ Name }) => Name === 'sub')).toMatchObject({
      Required: true,
      Mutable: false,
    });
    await t.addUser('ann');
    expect((await described())?.EstimatedNumberOfUsers).toBe(1);
  });

  it('that is updated goes back to its defaults in all that was left out', async () => {
    await update({
      PoolName: 'Ours',
      UserPoolTier: 'PLUS',
      Policies: { ...ALL_FACTORS, PasswordPolicy: { MinimumLength: 12 } },
      LambdaConfig: { PreSignUp: LAMBDA },
      AutoVerifiedAttributes: ['email'],
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
      DeletionProtection: 'ACTIVE',
      UserPoolTags: { team: 'desk' },
    });
    expect(await described()).toMatchObject({
      Name: 'Ours',
      LambdaConfig: { PreSignUp: LAMBDA },
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true } },
      DeletionProtection: 'ACTIVE',
    });
    t.pass(5000);
    await update({});
    const pool = await described();
    expect(pool).toMatchObject({
      LambdaConfig: {},
      AutoVerifiedAttributes: [],
      DeletionProtection: 'INACTIVE',
      UserPoolTags: {},
      Policies: { PasswordPolicy: { MinimumLength: 8 }, SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
      LastModifiedDate: new Date(t.now),
    });
    expect(pool).not.toHaveProperty('DeviceConfiguration');
    // The exceptions: documented of the tier; a name has no default.
    expect(pool).toMatchObject({ Name: 'Ours', UserPoolTier: 'PLUS' });
  });

  it('keeps its MFA setting when an update does not say it, and loses its methods when one turns it off', async () => {
    await setMfa({ MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } });
    await update({});
    expect(await mfa()).toMatchObject({
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });
    await update({ MfaConfiguration: 'OFF' });
    expect(await mfa()).toEqual({
      MfaConfiguration: 'OFF',
      WebAuthnConfiguration: { UserVerification: 'preferred', FactorConfiguration: 'SINGLE_FACTOR' },
    });
  });

  it('of another id is not found, and no request goes unsigned', async () => {
    const other = new DescribeUserPoolCommand({ UserPoolId: 'eu-west-1_other' });
    await expect(t.sdk.send(other)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const response = await fetch(t.pool.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.UpdateUserPool' },
      body: JSON.stringify({ UserPoolId: UserPoolId() }),
    });
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it.each<[string, Input<UpdateUserPoolCommandInput>, string, RegExp]>([
    [
      'passkeys alone',
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['WEB_AUTHN'] } } },
      'InvalidParameterException',
      /accompanied/,
    ],
    [
      'a factor twice',
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'PASSWORD'] } } },
      'InvalidParameterException',
      /twice/,
    ],
    [
      'a factor that is none',
      { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['SOFTWARE_TOKEN'] } } },
      'InvalidParameterException',
      /policies/,
    ],
    [
      'too short passwords',
      { Policies: { PasswordPolicy: { MinimumLength: 5 } } },
      'InvalidParameterException',
      /policies/,
    ],
    [
      'MFA turned on later',
      { MfaConfiguration: 'ON' },
      'InvalidParameterException',
      /^Cannot turn MFA functionality ON, once the user pool has been created\.$/,
    ],
    ['MFA without a method', { MfaConfiguration: 'OPTIONAL' }, 'InvalidParameterException', /required when MFA/],
    ['threat protection without PLUS', { UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } }, FEATURE, /PLUS/],
    [
      'passkeys in LITE',
      { UserPoolTier: 'LITE', Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } },
      FEATURE,
      /WEB_AUTHN/,
    ],
    ['LITE under clients with USER_AUTH', { UserPoolTier: 'LITE' }, 'TierChangeNotAllowedException', /ALLOW_USER_AUTH/],
    ['a mail without its code', { EmailVerificationMessage: 'no code' }, 'InvalidParameterException', /emailVerif/],
  ])('is not updated to %s', async (_, input, name, message) => {
    const before = await described();
    await expect(update(input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) as string });
    expect(await described()).toEqual(before);
  });
});

describe('the MFA configuration', () => {
  it('is replaced as a whole', async () => {
    const WebAuthnConfiguration = {
      RelyingPartyId: 'auth.example.com',
      UserVerification: 'required',
      FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    } as const;
    await setMfa({
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration,
    });
    expect(await mfa()).toEqual({
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration,
    });
    expect((await described())?.MfaConfiguration).toBe('ON');
    await setMfa({});
    expect(await mfa()).toEqual({
      MfaConfiguration: 'OFF',
      WebAuthnConfiguration: { UserVerification: 'preferred', FactorConfiguration: 'SINGLE_FACTOR' },
    });
  });

  it('may set passkeys alone while MFA is off', async () => {
    await setMfa({ MfaConfiguration: 'OFF', WebAuthnConfiguration: { RelyingPartyId: 'localhost' } });
    expect((await mfa()).WebAuthnConfiguration?.RelyingPartyId).toBe('localhost');
  });

  it.each<[string, Input<SetUserPoolMfaConfigCommandInput>, string | RegExp]>([
    [
      'off with a method',
      { MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration: { Enabled: true } },
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    ],
    [
      'optional with passkeys alone',
      { MfaConfiguration: 'OPTIONAL', WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com' } },
      'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
    ],
    [
      'required with passkeys as a single factor',
      {
        MfaConfiguration: 'ON',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        WebAuthnConfiguration: { RelyingPartyId: 'auth.example.com', FactorConfiguration: 'SINGLE_FACTOR' },
      },
      'Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor',
    ],
    ['for a suffix of everybody', { WebAuthnConfiguration: { RelyingPartyId: 'co.uk' } }, /everybody/],
    [
      'for the suffix of the service itself',
      { WebAuthnConfiguration: { RelyingPartyId: 'auth.us-east-1.amazoncognito.com' } },
      /everybody/,
    ],
    ['for an address', { WebAuthnConfiguration: { RelyingPartyId: '127.0.0.1' } }, /everybody/],
    ['for an origin', { WebAuthnConfiguration: { RelyingPartyId: 'https://auth.example.com' } }, /everybody/],
    ['for an upper-case name', { WebAuthnConfiguration: { RelyingPartyId: 'Auth.example.com' } }, /everybody/],
    ['for too long a name', { WebAuthnConfiguration: { RelyingPartyId: `${'a.'.repeat(64)}com` } }, /webAuthn/],
  ])('is not set %s', async (_, input, message) => {
    const before = await mfa();
    await expect(setMfa(input)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    });
    expect(await mfa()).toEqual(before);
  });

  it('bars passkeys where MFA is required and they are a single factor', async () => {
    await update({});
    await setMfa({ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } });
    await expect(update({ Policies: ALL_FACTORS })).rejects.toMatchObject({
      message: 'WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.',
    });
  });
});

describe('an app client', () => {
  it('is described in the words of the SDK', async () => {
    expect(await client()).toMatchObject({
      UserPoolId: t.pool.userPoolId,
      ClientId: t.pool.clientId,
      ClientName: 'Keydesk',
      CreationDate: new Date(t.now),
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      RefreshTokenValidity: 30,
      EnableTokenRevocation: true,
      AuthSessionValidity: 3,
    });
  });

  it('that is updated goes back to its defaults in all that was left out', async () => {
    t.pass(1000);
    const { UserPoolClient: updated } = await updateClient({ AuthSessionValidity: 15 });
    expect(updated).toMatchObject({
      ClientName: 'Keydesk',
      AuthSessionValidity: 15,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
      PreventUserExistenceErrors: 'LEGACY',
      LastModifiedDate: new Date(t.now),
    });
    expect(await client()).toEqual(updated);
  });

  it('reads 0 days of refresh as the default', async () => {
    await updateClient({ RefreshTokenValidity: 0 });
    expect((await client())?.RefreshTokenValidity).toBe(30);
  });

  it.each<[string, Input<UpdateUserPoolClientCommandInput>, string]>([
    ['sessions too short', { AuthSessionValidity: 2 }, 'InvalidParameterException'],
    ['access tokens of two days', { AccessTokenValidity: 48 }, 'InvalidParameterException'],
    [
      'access tokens of a minute',
      { AccessTokenValidity: 1, TokenValidityUnits: { AccessToken: 'minutes' } },
      'InvalidParameterException',
    ],
    [
      'refresh tokens of half an hour',
      { RefreshTokenValidity: 30, TokenValidityUnits: { RefreshToken: 'minutes' } },
      'InvalidParameterException',
    ],
    [
      'rotation beside the flow that does not rotate',
      { RefreshTokenRotation: { Feature: 'ENABLED' }, ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] },
      'InvalidParameterException',
    ],
    ['a grant that needs a secret', { AllowedOAuthFlows: ['client_credentials'] }, 'InvalidOAuthFlowException'],
    ['redirection to plain http', { CallbackURLs: ['http://example.com/'] }, 'InvalidParameterException'],
    ['redirection to a fragment', { CallbackURLs: ['https://example.com/#a'] }, 'InvalidParameterException'],
    [
      'redirection beyond its list',
      { CallbackURLs: ['https://example.com/'], DefaultRedirectURI: 'https://example.com/b' },
      'InvalidParameterException',
    ],
  ])('is not updated to %s', async (_, input, name) => {
    const before = await client();
    await expect(updateClient(input)).rejects.toMatchObject({ name });
    expect(await client()).toEqual(before);
  });

  it('cannot offer choice-based sign-in in a LITE pool', async () => {
    await updateClient({});
    await t.sdk.send(
      new UpdateUserPoolClientCommand({ UserPoolId: UserPoolId(), ClientId: 'second', ExplicitAuthFlows: [] }),
    );
    await update({ UserPoolTier: 'LITE' });
    await expect(updateClient({ ExplicitAuthFlows: ['ALLOW_USER_AUTH'] })).rejects.toMatchObject({ name: FEATURE });
    await expect(
      setMfa({ WebAuthnConfiguration: { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' } }),
    ).rejects.toMatchObject({ name: FEATURE });
  });

  it('is listed, page by page, with tokens that serve their own list only', async () => {
    const list = (input: { MaxResults?: number; NextToken?: string; ClientType?: 'REGULAR' | 'DCR' }) =>
      t.sdk.send(new ListUserPoolClientsCommand({ UserPoolId: UserPoolId(), ...input }));
    const first = await list({ MaxResults: 1 });
    const second = await list({ MaxResults: 1, NextToken: first.NextToken ?? '' });
    const ids = [...(first.UserPoolClients ?? []), ...(second.UserPoolClients ?? [])].map(({ ClientId }) => ClientId);
    expect(ids.sort()).toEqual([t.pool.clientId, 'second'].sort());
    expect(second.NextToken).toBeUndefined();
    expect((await list({ ClientType: 'DCR' })).UserPoolClients).toEqual([]);
    const invalid = { name: 'InvalidParameterException', message: 'Invalid pagination token given.' };
    await expect(list({ NextToken: first.NextToken ?? '', ClientType: 'REGULAR' })).rejects.toMatchObject(invalid);
    await expect(list({ NextToken: 'x' })).rejects.toMatchObject(invalid);
    t.pass(3_600_000);
    await expect(list({ NextToken: first.NextToken ?? '' })).rejects.toMatchObject(invalid);
  });
});

describe('a domain', () => {
  it('that no pool has is described by nothing', async () => {
    const { DomainDescription } = await t.sdk.send(new DescribeUserPoolDomainCommand({ Domain: 'nobodys' }));
    expect(DomainDescription).toEqual({});
  });
});
