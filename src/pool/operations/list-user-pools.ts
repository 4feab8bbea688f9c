import { z } from 'zod';

import { summarizePool } from '../administration/describe-pool.js';
import { pageOf } from '../administration/pages.js';
import { PageToken } from '../input.js';
import { accountOperation } from '../operation.js';

/**
 * The pools of the account: this one.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html
 */
export const listUserPools = accountOperation(
  { MaxResults: z.int().min(1).max(60), NextToken: PageToken.optional() },
  (pool, { MaxResults: limit, NextToken: token }) => {
    const request = { query: ['ListUserPools'], limit, token };
    const { page } = pageOf(pool, [pool], ({ config }) => config.userPoolId, request);
    return { UserPools: page.map(summarizePool) };
  },
);
