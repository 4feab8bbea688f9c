import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListUsersInGroupCommand,
  UpdateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let t: PoolUnderTest;
beforeEach(async () => {
  t = await PoolUnderTest.start({ users: [] });
});
afterEach(() => t.stop());

const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const named = (GroupName: string) => ({ UserPoolId: t.pool.userPoolId, GroupName });
const create = (name: string, rest: { RoleArn?: string; Precedence?: number; Description?: string } = {}) =>
  t.sdk.send(new CreateGroupCommand({ ...named(name), ...rest }));
const join = (Username: string, group: string) =>
  t.sdk.send(new AdminAddUserToGroupCommand({ ...named(group), Username }));
const leave = (Username: string, group: string) =>
  t.sdk.send(new AdminRemoveUserFromGroupCommand({ ...named(group), Username }));
const members = async (group: string) =>
  (await t.sdk.send(new ListUsersInGroupCommand(named(group)))).Users?.map(({ Username }) => Username);
const groupsOf = async (Username: string) =>
  (await t.sdk.send(new AdminListGroupsForUserCommand({ UserPoolId: t.pool.userPoolId, Username }))).Groups?.map(
    ({ GroupName }) => GroupName,
  );

describe('a group', () => {
  it('is made once, read, changed in what is said, and removed', async () => {
    const { Group } = await create('desk', { Description: 'Helpdesk', Precedence: 5 });
    expect(Group).toEqual({
      GroupName: 'desk',
      UserPoolId: t.pool.userPoolId,
      Description: 'Helpdesk',
      Precedence: 5,
      CreationDate: new Date(t.now),
      LastModifiedDate: new Date(t.now),
    });
    await expect(create('desk')).rejects.toMatchObject({ name: 'GroupExistsException' });
    t.pass(1000);
    await t.sdk.send(new UpdateGroupCommand({ ...named('desk'), RoleArn: role('desk') }));
    expect((await t.sdk.send(new GetGroupCommand(named('desk')))).Group).toMatchObject({
      Description: 'Helpdesk',
      Precedence: 5,
      RoleArn: role('desk'),
      LastModifiedDate: new Date(t.now),
    });
    await t.sdk.send(new DeleteGroupCommand(named('desk')));
    await expect(t.sdk.send(new GetGroupCommand(named('desk')))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is listed with others by name, page by page', async () => {
    for (const name of ['c', 'a', 'b']) await create(name);
    const list = (NextToken?: string) =>
      t.sdk.send(new ListGroupsCommand({ UserPoolId: t.pool.userPoolId, Limit: 2, NextToken }));
    const first = await list();
    const second = await list(first.NextToken);
    expect([first, second].map(({ Groups }) => Groups?.map(({ GroupName }) => GroupName))).toEqual([['a', 'b'], ['c']]);
    expect(second.NextToken).toBeUndefined();
  });

  it('has members, until they leave, or it goes', async () => {
    for (const name of ['desk', 'staff']) await create(name);
    for (const name of ['bob', 'ann', 'cleo']) await t.addUser(name);
    for (const name of ['bob', 'ann', 'ann']) await join(name, 'desk');
    await join('ann', 'staff');
    expect(await members('desk')).toEqual(['ann', 'bob']);
    expect(await groupsOf('ann')).toEqual(['desk', 'staff']);
    const first = await t.sdk.send(new ListUsersInGroupCommand({ ...named('desk'), Limit: 1 }));
    const second = await t.sdk.send(new ListUsersInGroupCommand({ ...named('desk'), NextToken: first.NextToken }));
    expect(second.Users?.map(({ Username }) => Username)).toEqual(['bob']);
    await leave('bob', 'desk');
    await leave('bob', 'desk');
    expect(await members('desk')).toEqual(['ann']);
    await t.sdk.send(new DeleteGroupCommand(named('desk')));
    expect(await groupsOf('ann')).toEqual(['staff']);
    await create('desk');
    expect(await members('desk')).toEqual([]);
    await expect(join('ann', 'nowhere')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('tokens', () => {
  it('say the groups, those that count most first, and the role of the first that has one', async () => {
    await create('late');
    await create('middle', { Precedence: 5, RoleArn: role('middle') });
    await create('first', { Precedence: 0 });
    await t.addUser('ann');
    for (const name of ['late', 'middle', 'first']) await join('ann', name);
    const { accessToken, idToken } = await t.signInWithPassword('ann');
    expect(decodeJwt(idToken)).toMatchObject({
      'cognito:groups': ['first', 'middle', 'late'],
      'cognito:roles': [role('middle')],
      'cognito:preferred_role': role('middle'),
    });
    const access = decodeJwt(accessToken);
    expect(access['cognito:groups']).toEqual(['first', 'middle', 'late']);
    expect(access).not.toHaveProperty('cognito:roles');
  });

  it('prefer no role where groups that count the same disagree', async () => {
    await create('a', { Precedence: 1, RoleArn: role('a') });
    await create('b', { Precedence: 1, RoleArn: role('b') });
    await t.addUser('ann');
    for (const name of ['a', 'b']) await join('ann', name);
    const claims = decodeJwt((await t.signInWithPassword('ann')).idToken);
    expect(claims['cognito:roles']).toEqual([role('a'), role('b')]);
    expect(claims).not.toHaveProperty('cognito:preferred_role');
  });

  it('say nothing of groups for a user who is in none', async () => {
    await t.addUser('ann');
    expect(decodeJwt((await t.signInWithPassword('ann')).idToken)).not.toHaveProperty('cognito:groups');
  });
});
