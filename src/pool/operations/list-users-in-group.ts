import { z } from 'zod';

import { GroupName, requireGroup } from '../administration/groups.js';
import { pageOf } from '../administration/pages.js';
import { PageToken } from '../input.js';
import { adminOperation } from '../operation.js';
import { usernameKey } from '../store.js';
import { describeUser } from '../users/describe-user.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html */
export const listUsersInGroup = adminOperation(
  { GroupName, Limit: z.int().min(0).max(60).default(60), NextToken: PageToken.optional() },
  (pool, { GroupName: wanted, Limit, NextToken: token }) => {
    const { name } = requireGroup(pool, wanted);
    const { page, next } = pageOf(
      pool,
      pool.store.usersByName(),
      ({ username }) => usernameKey(username),
      { query: ['ListUsersInGroup', name], limit: Limit === 0 ? 60 : Limit, token },
      ({ groups }) => groups.includes(name),
    );
    return { Users: page.map(describeUser), ...(next !== undefined && { NextToken: next }) };
  },
);
