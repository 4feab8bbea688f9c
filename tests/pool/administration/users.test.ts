import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  GetUserCommand,
  ListUsersCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AttributeType, ListUsersCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { functionsOf } from '../functions.js';
import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { events, functions, LambdaConfig } = functionsOf({ PostConfirmation: () => ({}) });
let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({ users: [], functions, userPool: { LambdaConfig } });
  for (const name of ['cleo', 'Ann', 'bob', 'dora']) await t.addUser(name);
  await setAttributes('Ann', [
    { Name: 'family_name', Value: 'O"Neil' },
    { Name: 'given_name', Value: 'Ann' },
    { Name: 'phone_number', Value: '+49301234567' },
  ]);
  await setAttributes('bob', [{ Name: 'given_name', Value: 'Anton' }]);
  const email = { Name: 'email', Value: 'new@example.com' };
  const newcomer = { ClientId: t.pool.clientId, Username: 'newcomer', Password: 'Correct-horse-1' };
  await t.sdk.send(new SignUpCommand({ ...newcomer, UserAttributes: [email] }));
  await t.sdk.send(new AdminDisableUserCommand(admin('dora')));
});
afterAll(() => t.stop());

const admin = (Username: string) => ({ UserPoolId: t.pool.userPoolId, Username });
const setAttributes = (name: string, UserAttributes: AttributeType[]) =>
  t.sdk.send(new AdminUpdateUserAttributesCommand({ ...admin(name), UserAttributes }));
const list = (input: Omit<ListUsersCommandInput, 'UserPoolId'> = {}) =>
  t.sdk.send(new ListUsersCommand({ UserPoolId: t.pool.userPoolId, ...input }));
const namesOf = ({ Users }: Awaited<ReturnType<typeof list>>) => Users?.map(({ Username }) => Username);
const user = (name: string) => t.sdk.send(new AdminGetUserCommand(admin(name)));

describe('the list of users', () => {
  it('is in the order of their names, and tells them in the words of the SDK', async () => {
    const { Users } = await list();
    expect(namesOf({ Users, $metadata: {} })).toEqual(['Ann', 'bob', 'cleo', 'dora', 'newcomer']);
    expect(Users?.[0]).toMatchObject({
      Enabled: true,
      UserStatus: 'CONFIRMED',
      UserCreateDate: new Date(t.now),
      Attributes: expect.arrayContaining([{ Name: 'email', Value: 'Ann@example.com' }]) as unknown,
    });
  });

  it.each<[string, string[]]>([
    ['', ['Ann', 'bob', 'cleo', 'dora', 'newcomer']],
    ['username = "bob"', ['bob']],
    ['username = "ann"', []],
    ['username ^= "b"', ['bob']],
    ['email = "bob@example.com"', ['bob']],
    ['email ^= "new"', ['newcomer']],
    ['phone_number = "+49301234567"', ['Ann']],
    ['given_name ^= "An"', ['Ann', 'bob']],
    ['given_name="Ann"', ['Ann']],
    ['"family_name" = "O\\"Neil"', ['Ann']],
    ['cognito:user_status = "unconfirmed"', ['newcomer']],
    ['status = "Disabled"', ['dora']],
    ['status = "disabled"', []],
    ['sub = "no-sub"', []],
    ['preferred_username = "bob"', []],
  ])('shows whom %j fits', async (Filter, names) => {
    expect(namesOf(await list({ Filter }))).toEqual(names);
  });

  it('finds a user by an address that they have now, not by one that they had', async () => {
    await setAttributes('cleo', [{ Name: 'email', Value: 'other@example.com' }]);
    expect(namesOf(await list({ Filter: 'email = "cleo@example.com"' }))).toEqual([]);
    await setAttributes('cleo', [{ Name: 'email', Value: 'cleo@example.com' }]);
    expect(namesOf(await list({ Filter: 'email = "cleo@example.com"' }))).toEqual(['cleo']);
    const sub = (await user('bob')).UserAttributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
    expect(namesOf(await list({ Filter: `sub = "${sub}"` }))).toEqual(['bob']);
  });

  it.each(['email', 'email == "a"', 'email = a', 'custom:desk = "1"', 'email = "a" and sub = "b"', 'email != "a"'])(
    'refuses the filter %j',
    async (Filter) => {
      await expect(list({ Filter })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    },
  );

  it('comes in pages, which those who come and go do not shift', async () => {
    const first = await list({ Limit: 2 });
    expect(namesOf(first)).toEqual(['Ann', 'bob']);
    await t.addUser('anna');
    await t.sdk.send(new AdminDeleteUserCommand(admin('bob')));
    const PaginationToken = first.PaginationToken ?? '';
    const second = await list({ Limit: 2, PaginationToken });
    expect(namesOf(second)).toEqual(['cleo', 'dora']);
    expect(namesOf(await list({ Limit: 2, PaginationToken: second.PaginationToken ?? '' }))).toEqual(['newcomer']);
    await t.addUser('bob');
    await t.sdk.send(new AdminDeleteUserCommand(admin('anna')));
    // A token tells nobody's name, and serves its own query only.
    expect(Buffer.from(PaginationToken, 'base64url').toString()).not.toContain('bob');
    const other = { name: 'InvalidParameterException' };
    await expect(list({ PaginationToken, Filter: 'email ^= "a"' })).rejects.toMatchObject(other);
    await expect(list({ PaginationToken, AttributesToGet: ['sub'] })).rejects.toMatchObject(other);
    const bent = PaginationToken.startsWith('A') ? `B${PaginationToken.slice(1)}` : `A${PaginationToken.slice(1)}`;
    await expect(list({ PaginationToken: bent })).rejects.toMatchObject(other);
    await expect(list({ Limit: 61 })).rejects.toMatchObject(other);
  });

  it('shows the attributes asked for, which must be there', async () => {
    const { Users } = await list({ AttributesToGet: ['email'], Filter: 'username = "Ann"' });
    expect(Users?.[0]?.Attributes).toEqual([{ Name: 'email', Value: 'Ann@example.com' }]);
    await expect(list({ AttributesToGet: ['family_name'] })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('an administrator', () => {
  it('bars a user, whose tokens end, and lets them in again', async () => {
    const { accessToken } = await t.signInWithPassword('Ann');
    await t.sdk.send(new AdminDisableUserCommand(admin('Ann')));
    expect((await user('Ann')).Enabled).toBe(false);
    await expect(t.signInWithPassword('Ann')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await t.sdk.send(new AdminEnableUserCommand(admin('Ann')));
    await expect(t.sdk.send(new GetUserCommand({ AccessToken: accessToken }))).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
    await t.signInWithPassword('Ann');
  });

  it('sets and removes attributes', async () => {
    t.pass(1000);
    await setAttributes('cleo', [
      { Name: 'email_verified', Value: 'true' },
      { Name: 'custom:desk', Value: '7' },
    ]);
    const { UserAttributes, UserLastModifiedDate } = await user('cleo');
    expect(UserAttributes).toEqual(
      expect.arrayContaining([
        { Name: 'email_verified', Value: 'true' },
        { Name: 'custom:desk', Value: '7' },
      ]),
    );
    expect(UserLastModifiedDate).toEqual(new Date(t.now));
    const remove = (...UserAttributeNames: string[]) =>
      t.sdk.send(new AdminDeleteUserAttributesCommand({ ...admin('cleo'), UserAttributeNames }));
    await remove('email', 'custom:desk');
    expect((await user('cleo')).UserAttributes?.map(({ Name }) => Name)).toEqual(['sub']);
    await expect(remove('sub')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(remove('shoe_size')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('gives a user a new address, which is to be proven unless said to be', async () => {
    const codes = () => t.mail.filter(({ purpose }) => purpose === 'verify-attribute').map(({ to }) => to);
    await setAttributes('bob', [
      { Name: 'email', Value: 'proven@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ]);
    expect(codes()).not.toContain('proven@example.com');
    await setAttributes('bob', [{ Name: 'email', Value: 'later@example.com' }]);
    expect(codes()).toContain('later@example.com');
    const { UserAttributes } = await user('bob');
    expect(UserAttributes).toContainEqual({ Name: 'email', Value: 'later@example.com' });
    expect(UserAttributes?.some(({ Name }) => Name === 'email_verified')).toBe(false);
  });

  it('confirms a sign-up once, which proves no address', async () => {
    await t.sdk.send(new AdminConfirmSignUpCommand(admin('newcomer')));
    const { UserStatus, UserAttributes } = await user('newcomer');
    expect(UserStatus).toBe('CONFIRMED');
    expect(UserAttributes?.some(({ Name }) => Name === 'email_verified')).toBe(false);
    expect(events).toMatchObject([{ triggerSource: 'PostConfirmation_ConfirmSignUp', userName: 'newcomer' }]);
    await expect(t.sdk.send(new AdminConfirmSignUpCommand(admin('newcomer')))).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User cannot be confirmed. Current status is CONFIRMED',
    });
  });

  it('is told of a user who is not there', async () => {
    const nobody = admin('nobody');
    for (const asked of [
      t.sdk.send(new AdminDisableUserCommand(nobody)),
      t.sdk.send(new AdminEnableUserCommand(nobody)),
      t.sdk.send(new AdminConfirmSignUpCommand(nobody)),
      t.sdk.send(new AdminAddUserToGroupCommand({ ...nobody, GroupName: 'any' })),
    ])
      await expect(asked).rejects.toMatchObject({ name: 'UserNotFoundException' });
  });
});
