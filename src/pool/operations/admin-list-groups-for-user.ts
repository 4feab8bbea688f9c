import { z } from 'zod';

import { describeGroup } from '../administration/groups.js';
import { pageOf } from '../administration/pages.js';
import { PageToken, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { compareKeys } from '../sorted.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html */
export const adminListGroupsForUser = adminOperation(
  { Username, Limit: z.int().min(0).max(60).default(60), NextToken: PageToken.optional() },
  (pool, { Username: username, Limit, NextToken: token }) => {
    const user = requireUser(pool, username);
    const groups = [...pool.store.groupsOf(user)].sort((a, b) => compareKeys(a.name, b.name));
    const request = { query: ['AdminListGroupsForUser', user.sub], limit: Limit === 0 ? 60 : Limit, token };
    const { page, next } = pageOf(pool, groups, ({ name }) => name, request);
    return {
      Groups: page.map((group) => describeGroup(pool, group)),
      ...(next !== undefined && { NextToken: next }),
    };
  },
);
