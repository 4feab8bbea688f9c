import type { CallOptions } from '../cognito/call.js';
import { authFactorsOf, groupsOf, type Searchable, searchUsers } from '../cognito/admin/users.js';
import { FailureError } from '../failures/failure-error.js';
import type { PeoplePage, PersonDetails, PoolUser } from '../shared/helpdesk.js';
import type { HelpdeskOptions } from './desk.js';

export interface PeopleSearch {
  /** How it begins. */
  readonly text: string;
  /** By which attribute; by what the text looks like, without it. */
  readonly by?: Searchable | undefined;
  readonly limit?: number | undefined;
  /** From the page before. */
  readonly page?: string | undefined;
}

type Sources = Pick<HelpdeskOptions, 'administration' | 'enrolments'>;

/** A page of people whose name, address or the like begins so. The signal ends a search that nobody waits for any more. */
export async function findPeople(
  { administration }: Sources,
  { text, by, limit, page }: PeopleSearch,
  call: CallOptions = {},
): Promise<PeoplePage> {
  const trimmed = text.trim();
  const { users, next } = await searchUsers(
    administration,
    { by: by ?? attributeOf(trimmed), text: trimmed, limit, page },
    call,
  );
  return { people: users, next };
}

/** An address, a telephone number and a `sub` are known by their form; what else is typed is a user name. */
function attributeOf(text: string): Searchable | 'sub' {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'sub';
  if (text.includes('@')) return 'email';
  return text.startsWith('+') ? 'phone_number' : 'username';
}

/**
 * The one person of this user name, address or `sub`.
 * @throws FailureError `helpdesk/no-person` when there is none, or more than one
 */
export async function findPerson(
  { administration }: Pick<Sources, 'administration'>,
  name: string,
  call: CallOptions = {},
): Promise<PoolUser> {
  const text = name.trim();
  if (text === '') throw new FailureError({ code: 'helpdesk/no-person', detail: name });
  const found = new Map<string, PoolUser>();
  // A user name may look like an address, and some that begin like it may fill the first page.
  for (const by of new Set([attributeOf(text), 'username'] as const)) {
    const { users } = await searchUsers(administration, { by, text, isWhole: true }, call);
    for (const user of users) found.set(user.sub, user);
  }
  const exact = [...found.values()].filter(({ username, email, sub }) => [username, email, sub].includes(text));
  const [only, ...others] = exact;
  if (only && others.length === 0) return only;
  throw new FailureError({
    code: 'helpdesk/no-person',
    detail: only ? `${exact.length} people are called ${name}` : name,
  });
}

/** What there is to know of somebody besides. */
export async function personDetails(sources: Sources, user: PoolUser, call: CallOptions = {}): Promise<PersonDetails> {
  const groups = await groupsOf(sources.administration, user.username, call);
  const records = await sources.enrolments.records();
  const keys = records
    .filter(({ sub }) => sub === user.sub)
    .map(({ credentialId, nickname, keyProduct, keySerial, createdAt }) => {
      return { credentialId, nickname, keyProduct, keySerial, createdAt };
    });
  return { ...user, groups, keys };
}

/** What somebody can sign in with, by the service's names. Only when somebody wants to know: AWS may charge for it. */
export function personFactors(
  { administration }: Sources,
  { username }: Pick<PoolUser, 'username'>,
  call: CallOptions = {},
): Promise<readonly string[]> {
  return authFactorsOf(administration, username, call);
}
