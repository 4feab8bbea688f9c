import { getPoolUser } from '../cognito/admin/users.js';
import type { CallOptions } from '../cognito/call.js';
import { CognitoError } from '../cognito/errors.js';
import { FailureError } from '../failures/failure-error.js';
import type { PoolUser } from '../shared/helpdesk.js';
import type { CaseFile, Seen } from './case.js';
import type { HelpdeskOptions } from './desk.js';

/** What a case remembers of somebody, to notice what others change meanwhile. */
export const seenOf = ({ enabled, status, email, isEmailVerified, isFederated }: PoolUser): Seen => ({
  enabled,
  status,
  ...(email !== undefined && { email }),
  isEmailVerified,
  isFederated,
});

/**
 * The person of a case as they are this moment. By AdminGetUser, which is exact where lists lag; who is helped signs in anyway,
 * and so is an active user of the month with and without it.
 * @throws FailureError `helpdesk/no-person` when they were deleted, also when somebody else has their name by now
 */
export async function readPerson(
  { administration }: Pick<HelpdeskOptions, 'administration'>,
  { person: { sub, username } }: Pick<CaseFile, 'person'>,
  options: CallOptions = {},
): Promise<PoolUser> {
  try {
    const user = await getPoolUser(administration, username, options);
    if (user.sub === sub) return user;
    throw new FailureError({ code: 'helpdesk/no-person', detail: `${username} is somebody else now` });
  } catch (error) {
    if (error instanceof CognitoError && error.code === 'user-not-found')
      throw new FailureError({ code: 'helpdesk/no-person', detail: username }, { cause: error });
    throw error;
  }
}

/** Whether the person of a case is still in the pool. */
export async function isThere(
  options: Pick<HelpdeskOptions, 'administration'>,
  file: Pick<CaseFile, 'person'>,
  call: CallOptions = {},
): Promise<boolean> {
  try {
    await readPerson(options, file, call);
    return true;
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'helpdesk/no-person') return false;
    throw error;
  }
}

/**
 * Reads the person, and demands that nobody else has changed them: codes might go to somebody else's address, and who was
 * barred elsewhere is not let in here.
 * @throws FailureError `helpdesk/person-disabled`, `helpdesk/person-changed` that names what
 */
export async function demandUnchanged(
  options: Pick<HelpdeskOptions, 'administration'>,
  file: Pick<CaseFile, 'person' | 'seen'>,
  call: CallOptions = {},
): Promise<PoolUser> {
  const user = await readPerson(options, file, call);
  const now = seenOf(user);
  if (file.seen.enabled && !now.enabled) throw new FailureError({ code: 'helpdesk/person-disabled' });
  const changed = differences(file.seen, now);
  if (changed.length > 0) throw new FailureError({ code: 'helpdesk/person-changed', detail: changed.join('; ') });
  return user;
}

/** What is not as it was, in words. */
export function differences(before: Seen, now: Seen): string[] {
  return MEMBERS.filter(([name]) => before[name] !== now[name]).map(
    ([name, words]) => `${words}: ${said(before[name])} → ${said(now[name])}`,
  );
}

/** In the order in which they matter. */
const MEMBERS = [
  ['enabled', 'may sign in'],
  ['status', 'status'],
  ['email', 'e-mail address'],
  ['isEmailVerified', 'address is verified'],
  ['isFederated', 'signs in with another identity provider'],
] as const;

function said(value: string | boolean | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value ?? 'none';
}
