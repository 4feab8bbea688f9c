import { z } from 'zod';

import { summarizeClient } from '../administration/describe-client.js';
import { pageOf } from '../administration/pages.js';
import { PageToken } from '../input.js';
import { adminOperation } from '../operation.js';
import { compareKeys } from '../sorted.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html */
export const listUserPoolClients = adminOperation(
  {
    MaxResults: z.int().min(1).max(60).default(60),
    NextToken: PageToken.optional(),
    ClientType: z.enum(['REGULAR', 'DCR']).optional(),
  },
  (pool, { MaxResults: limit, NextToken: token, ClientType }) => {
    const clients = pool.store.settings.clients
      .filter(() => ClientType !== 'DCR') // an administrator has made each
      .sort((a, b) => compareKeys(a.id, b.id));
    const query = ['ListUserPoolClients', ClientType ?? null];
    const { page, next } = pageOf(pool, clients, ({ id }) => id, { query, limit, token });
    return {
      UserPoolClients: page.map((client) => summarizeClient(pool, client)),
      ...(next !== undefined && { NextToken: next }),
    };
  },
);
