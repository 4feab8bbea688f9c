import type { AttributeType, UserType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserAuthFactorsCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminUserGlobalSignOutCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';

import type { PoolUser } from '../../shared/helpdesk.js';
import type { CallOptions } from '../call.js';
import { badAnswer } from '../errors.js';
import { isFederated } from '../federated.js';
import { isText, isTextList } from '../json.js';
import type { Administration } from './administration.js';

/** What users can be searched by, each by how it begins. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */
export type Searchable =
  'username' | 'email' | 'phone_number' | 'name' | 'given_name' | 'family_name' | 'preferred_username';

export interface UserSearch {
  readonly by: Searchable | 'sub';
  /** How the attribute begins; a `sub` as a whole. Empty: everybody. */
  readonly text: string;
  /** Only those whose attribute is the whole text. */
  readonly isWhole?: boolean | undefined;
  /** At most 60. */
  readonly limit?: number | undefined;
  /** From the page before. */
  readonly page?: string | undefined;
}

/** A page of users. Unlike AdminGetUser, this makes nobody an active user of the month, whom AWS charges for. */
export async function searchUsers(
  administration: Administration,
  { by, text, isWhole = by === 'sub', limit = 60, page }: UserSearch,
  options: CallOptions = {},
): Promise<{ users: PoolUser[]; next: string | undefined }> {
  const command = new ListUsersCommand({
    UserPoolId: administration.userPoolId,
    Limit: limit,
    ...(text !== '' && { Filter: filterOf(by, text, isWhole) }),
    ...(page !== undefined && { PaginationToken: page }),
  });
  const { answer } = await administration.read(command, options);
  const users: unknown = answer.Users ?? [];
  if (!Array.isArray(users)) throw badAnswer('Users');
  return { users: users.map((user: UserType) => readUser(user, user.Attributes)), next: answer.PaginationToken };
}

/** Quotes and backslashes in the text are escaped, so that it stays one text. */
function filterOf(by: UserSearch['by'], text: string, isWhole: boolean): string {
  return `${by} ${isWhole ? '=' : '^='} "${text.replace(/["\\]/g, '\\$&')}"`;
}

/** One user, as they are this moment. Throws CognitoError `user-not-found`. */
export async function getPoolUser(
  administration: Administration,
  username: string,
  options: CallOptions = {},
): Promise<PoolUser> {
  const command = new AdminGetUserCommand({ UserPoolId: administration.userPoolId, Username: username });
  const { answer } = await administration.read(command, options);
  return readUser(answer, answer.UserAttributes);
}

function readUser(
  { Username: username, Enabled: enabled, UserStatus: status }: Pick<UserType, 'Username' | 'Enabled' | 'UserStatus'>,
  attributes: AttributeType[] | undefined,
): PoolUser {
  // The SDK does not check what it reads: the types of an answer are what the service promises.
  const list: unknown = attributes ?? [];
  if (!Array.isArray(list)) throw badAnswer('Attributes');
  const values = new Map(list.map(({ Name, Value }: AttributeType) => [Name, Value]));
  const sub = values.get('sub');
  if (!isText(username) || username === '') throw badAnswer('Username');
  if (!isText(sub) || sub === '') throw badAnswer('sub');
  if (typeof enabled !== 'boolean') throw badAnswer('Enabled');
  if (!isText(status)) throw badAnswer('UserStatus');
  return {
    sub,
    username,
    email: values.get('email'),
    isEmailVerified: values.get('email_verified') === 'true',
    name: values.get('name'),
    status,
    enabled,
    isFederated: isFederated({ username, status, identities: values.get('identities') }),
  };
}

/** More groups than this has nobody: a list that goes on is none. */
const MAX_PAGES = 50;

/** Names of the groups that somebody is in. */
export async function groupsOf(
  administration: Administration,
  username: string,
  options: CallOptions = {},
): Promise<string[]> {
  const groups: string[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { userPoolId: UserPoolId } = administration;
    const command = new AdminListGroupsForUserCommand({ UserPoolId, Username: username, NextToken });
    const { answer } = await administration.read(command, options);
    const names: unknown = (answer.Groups ?? []).map(({ GroupName }) => GroupName);
    if (!isTextList(names)) throw badAnswer('GroupName');
    groups.push(...names);
    NextToken = answer.NextToken;
    if (NextToken === undefined || NextToken === '') return groups;
  }
  throw badAnswer('NextToken');
}

/**
 * What somebody can sign in with, by the service's names (WEB_AUTHN, EMAIL_OTP…): yes or no, no count and no ids. To be asked
 * for when somebody wants to know, as nobody has documented that it makes no active user of the month.
 */
export async function authFactorsOf(
  administration: Administration,
  username: string,
  options: CallOptions = {},
): Promise<readonly string[]> {
  const command = new AdminGetUserAuthFactorsCommand({ UserPoolId: administration.userPoolId, Username: username });
  const { answer } = await administration.read(command, options);
  const factors: unknown = answer.ConfiguredUserAuthFactors ?? [];
  if (!isTextList(factors)) throw badAnswer('ConfiguredUserAuthFactors');
  return factors;
}

/** Ends every sign-in of somebody on every device. There is nothing that tells afterwards whether it was done; it may be done again. */
export async function signOutEverywhere(
  administration: Administration,
  username: string,
  options: CallOptions = {},
): Promise<void> {
  const { userPoolId: UserPoolId } = administration;
  await administration.write(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: username }), options);
}

/** Bars somebody from signing in, or no longer. Barring also ends every sign-in. `getPoolUser` tells whether it was done. */
export async function setEnabled(
  administration: Administration,
  username: string,
  enabled: boolean,
  options: CallOptions = {},
): Promise<void> {
  const input = { UserPoolId: administration.userPoolId, Username: username };
  if (enabled) await administration.write(new AdminEnableUserCommand(input), options);
  else await administration.write(new AdminDisableUserCommand(input), options);
}
