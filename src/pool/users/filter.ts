import { invalidParameter } from '../errors.js';
import type { User } from '../state.js';

/** What users can be searched by. */
const SEARCHABLE = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'cognito:user_status',
  'status',
  'sub',
] as const;

export interface UserFilter {
  readonly attribute: (typeof SEARCHABLE)[number];
  readonly match: 'exact' | 'prefix';
  readonly value: string;
}

const FILTER = /^\s*("?)([\w:]+)\1\s*(\^=|=)\s*"((?:[^"\\]|\\.)*)"\s*$/s;

/**
 * Reads the Filter of ListUsers: `attribute = "value"` or, for a beginning, `attribute ^= "value"`, with quotes in the
 * value escaped. Undefined for the empty filter, which is none. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html
 */
export function readFilter(text: string): UserFilter | undefined {
  if (text.trim() === '') return undefined;
  const [, , name, operator, value = ''] = FILTER.exec(text) ?? [];
  if (name === undefined) throw invalidParameter('Error while parsing filter.');
  const attribute = SEARCHABLE.find((known) => known === name);
  if (!attribute) throw invalidParameter('Invalid search attribute.');
  return { attribute, match: operator === '=' ? 'exact' : 'prefix', value: value.replace(/\\(.)/gs, '$1') };
}

/** Whether the filter lets a user through. Case counts, but for the user status. */
export function fitsFilter(user: User, { attribute, match, value }: UserFilter): boolean {
  const actual = valueOf(user, attribute);
  if (actual === undefined) return false;
  if (attribute === 'cognito:user_status') return compare(actual.toLowerCase(), value.toLowerCase(), match);
  return compare(actual, value, match);
}

const compare = (actual: string, value: string, match: UserFilter['match']): boolean =>
  match === 'exact' ? actual === value : actual.startsWith(value);

function valueOf(user: User, attribute: UserFilter['attribute']): string | undefined {
  switch (attribute) {
    case 'username':
      return user.username;
    case 'sub':
      return user.sub;
    case 'status':
      return user.enabled ? 'Enabled' : 'Disabled';
    case 'cognito:user_status':
      return user.status;
    default:
      return user.attributes[attribute];
  }
}
