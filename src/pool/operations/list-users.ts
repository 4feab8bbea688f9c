import { z } from 'zod';

import { pageOf } from '../administration/pages.js';
import type { Pool } from '../context.js';
import { invalidParameter } from '../errors.js';
import { AttributeName } from '../kept-settings.js';
import { PageToken } from '../input.js';
import { adminOperation } from '../operation.js';
import type { User } from '../state.js';
import { usernameKey } from '../store.js';
import { describeUser } from '../users/describe-user.js';
import type { UserFilter } from '../users/filter.js';
import { fitsFilter, readFilter } from '../users/filter.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html */
export const listUsers = adminOperation(
  {
    AttributesToGet: z.array(AttributeName).optional(),
    Limit: z.int().min(0).max(60).default(60),
    PaginationToken: PageToken.optional(),
    Filter: z.string().max(256).default(''),
  },
  (pool, { AttributesToGet, Limit, PaginationToken, Filter }) => {
    const filter = readFilter(Filter);
    const { page, next } = pageOf(
      pool,
      candidates(pool, filter),
      ({ username }) => usernameKey(username),
      {
        query: ['ListUsers', Filter, AttributesToGet ?? null],
        limit: Limit === 0 ? 60 : Limit,
        token: PaginationToken,
      },
      (user) => filter === undefined || fitsFilter(user, filter),
    );
    return {
      Users: page.map((user) => withAttributes(user, AttributesToGet)),
      ...(next !== undefined && { PaginationToken: next }),
    };
  },
);

/** The users among whom a filter has to look: few, where an index knows them. */
function candidates({ store }: Pool, filter: UserFilter | undefined): readonly User[] {
  const only = (user: User | undefined) => (user ? [user] : []);
  if (filter?.match === 'exact') {
    if (filter.attribute === 'username') return only(store.userNamed(filter.value));
    if (filter.attribute === 'sub') return only(store.userBySub(filter.value));
    if (filter.attribute === 'email') return store.usersWithEmail(filter.value);
  }
  return store.usersByName();
}

function withAttributes(user: User, wanted: readonly string[] | undefined): object {
  const described = describeUser(user);
  if (wanted === undefined) return described;
  const Attributes = described.Attributes.filter(({ Name }) => wanted.includes(Name));
  // As documented: an attribute that is asked for must be there for everybody in the answer.
  if (Attributes.length < new Set(wanted).size)
    throw invalidParameter('One or more requested attributes do not exist.');
  return { ...described, Attributes };
}
