import { z } from 'zod';

import { describeGroup } from '../administration/groups.js';
import { pageOf } from '../administration/pages.js';
import { PageToken } from '../input.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html */
export const listGroups = adminOperation(
  { Limit: z.int().min(0).max(60).default(60), NextToken: PageToken.optional() },
  (pool, { Limit, NextToken: token }) => {
    const request = { query: ['ListGroups'], limit: Limit === 0 ? 60 : Limit, token };
    const { page, next } = pageOf(pool, pool.store.groups(), ({ name }) => name, request);
    return {
      Groups: page.map((group) => describeGroup(pool, group)),
      ...(next !== undefined && { NextToken: next }),
    };
  },
);
