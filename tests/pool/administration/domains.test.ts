import {
  CreateUserPoolClientCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListTagsForResourceCommand,
  ListUserPoolsCommand,
  SetUserPoolMfaConfigCommand,
  StartWebAuthnRegistrationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeEach(async () => {
  t = await PoolUnderTest.start({ region: 'eu-west-1', users: [] });
});
afterEach(() => t.stop());

const UserPoolId = () => t.pool.userPoolId;
const CustomDomainConfig = { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/abc' };
const custom = { Domain: 'auth.example.com', CustomDomainConfig };
const create = (input: {
  Domain: string;
  CustomDomainConfig?: typeof CustomDomainConfig;
  ManagedLoginVersion?: number;
}) => t.sdk.send(new CreateUserPoolDomainCommand({ UserPoolId: UserPoolId(), ...input }));
const invalid = { name: 'InvalidParameterException' };

describe('a domain', () => {
  it('with a prefix, and one of its own name, are described', async () => {
    expect(await create({ Domain: 'keydesk-test', ManagedLoginVersion: 2 })).toMatchObject({ ManagedLoginVersion: 2 });
    expect((await create(custom)).CloudFrontDomain).toMatch(/^d[0-9a-f]{13}\.cloudfront\.net$/);
    const describe = async (Domain: string) =>
      (await t.sdk.send(new DescribeUserPoolDomainCommand({ Domain }))).DomainDescription;
    expect(await describe('keydesk-test')).toMatchObject({ UserPoolId: UserPoolId(), Status: 'ACTIVE' });
    expect(await describe('auth.example.com')).toMatchObject({ CustomDomainConfig });
    expect((await t.sdk.send(new DescribeUserPoolCommand({ UserPoolId: UserPoolId() }))).UserPool).toMatchObject({
      Domain: 'keydesk-test',
      CustomDomain: 'auth.example.com',
    });
    const renewed = { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/def' };
    await t.sdk.send(
      new UpdateUserPoolDomainCommand({
        UserPoolId: UserPoolId(),
        Domain: 'auth.example.com',
        CustomDomainConfig: renewed,
      }),
    );
    expect((await describe('auth.example.com'))?.CustomDomainConfig).toEqual(renewed);
    await t.sdk.send(new DeleteUserPoolDomainCommand({ UserPoolId: UserPoolId(), Domain: 'auth.example.com' }));
    expect(await describe('auth.example.com')).toEqual({});
  });

  it('of each kind there is one, under a name that may be had', async () => {
    for (const Domain of ['Upper', 'my-cognito', 'aws-desk', '-a', 'a.b'])
      await expect(create({ Domain })).rejects.toMatchObject(invalid);
    await expect(create({ ...custom, Domain: 'co.uk' })).rejects.toMatchObject(invalid);
    await create({ Domain: 'keydesk-test' });
    await expect(create({ Domain: 'another' })).rejects.toMatchObject(invalid);
    const gone = { UserPoolId: UserPoolId(), Domain: 'nobodys' };
    await expect(t.sdk.send(new DeleteUserPoolDomainCommand(gone))).rejects.toMatchObject(invalid);
    await expect(t.sdk.send(new UpdateUserPoolDomainCommand(gone))).rejects.toMatchObject(invalid);
  });

  it('is where passkeys belong, while no relying party ID is set: the custom one before the prefix', async () => {
    await t.addUser('ann');
    const { accessToken } = await t.signInWithPassword('ann');
    const rpId = async () => (await t.creationOptions(accessToken)).rp.id;
    await t.sdk.send(new SetUserPoolMfaConfigCommand({ UserPoolId: UserPoolId(), MfaConfiguration: 'OFF' }));
    await expect(t.sdk.send(new StartWebAuthnRegistrationCommand({ AccessToken: accessToken }))).rejects.toMatchObject({
      name: 'WebAuthnConfigurationMissingException',
    });
    await create({ Domain: 'keydesk-test' });
    expect(await rpId()).toBe('keydesk-test.auth.eu-west-1.amazoncognito.com');
    await create(custom);
    expect(await rpId()).toBe('auth.example.com');
    const WebAuthnConfiguration = { RelyingPartyId: 'login.example.com' };
    await t.sdk.send(new SetUserPoolMfaConfigCommand({ UserPoolId: UserPoolId(), WebAuthnConfiguration }));
    expect(await rpId()).toBe('login.example.com');
  });
});

describe('an app client', () => {
  it('is made and removed, and none has a secret', async () => {
    const make = (GenerateSecret: boolean) =>
      t.sdk.send(new CreateUserPoolClientCommand({ UserPoolId: UserPoolId(), ClientName: 'Kiosk', GenerateSecret }));
    const { UserPoolClient } = await make(false);
    expect(UserPoolClient).toMatchObject({ ClientName: 'Kiosk', PreventUserExistenceErrors: 'LEGACY' });
    expect(UserPoolClient).not.toHaveProperty('ClientSecret');
    await expect(make(true)).rejects.toMatchObject(invalid);
    const ids = { UserPoolId: UserPoolId(), ClientId: UserPoolClient?.ClientId };
    await t.sdk.send(new DeleteUserPoolClientCommand(ids));
    await expect(t.sdk.send(new DescribeUserPoolClientCommand(ids))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the account', () => {
  it('has this one pool', async () => {
    const { UserPools, NextToken } = await t.sdk.send(new ListUserPoolsCommand({ MaxResults: 10 }));
    expect(UserPools).toMatchObject([{ Id: UserPoolId(), Name: 'Keydesk local pool', CreationDate: new Date(t.now) }]);
    expect(NextToken).toBeUndefined();
    await expect(t.sdk.send(new ListUserPoolsCommand({ MaxResults: undefined }))).rejects.toMatchObject(invalid);
  });

  it('labels it', async () => {
    const ResourceArn = `arn:aws:cognito-idp:eu-west-1:000000000000:userpool/${UserPoolId()}`;
    const tags = async () => (await t.sdk.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
    await t.sdk.send(new TagResourceCommand({ ResourceArn, Tags: { team: 'desk', floor: '2' } }));
    await t.sdk.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['floor'] }));
    expect(await tags()).toEqual({ team: 'desk' });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`tag-${index}`, '']));
    await expect(t.sdk.send(new TagResourceCommand({ ResourceArn, Tags: many }))).rejects.toMatchObject({
      name: 'UserPoolTaggingException',
    });
    await expect(t.sdk.send(new ListTagsForResourceCommand({ ResourceArn: `${ResourceArn}x` }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
