import { z } from 'zod';

import { checkClient } from '../administration/client-rules.js';
import { describeClient } from '../administration/describe-client.js';
import { checkTierHas } from '../administration/tiers.js';
import { invalidParameter, ServiceError } from '../errors.js';
import { newClientId } from '../new-settings.js';
import { adminOperation } from '../operation.js';
import { ClientSettings } from '../settings.js';

/** Not the service's figure of today, which grows on request, but the one that it begins with. */
const MAX_CLIENTS = 1000;

/**
 * Makes an app client without a secret; one with a secret is refused by name.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export const createUserPoolClient = adminOperation(
  {
    ...ClientSettings.shape,
    ClientName: z.string().min(1).max(128),
    GenerateSecret: z.boolean().default(false),
    ClientSecret: z.string().optional(),
  },
  (pool, { GenerateSecret, ClientSecret, ...settings }) => {
    const { store, now } = pool;
    if (GenerateSecret || ClientSecret !== undefined)
      throw invalidParameter('The local pool does not implement app clients with a secret.');
    checkTierHas(store.settings.pool.UserPoolTier, { client: settings });
    checkClient(settings);
    const { clients } = store.settings;
    if (clients.length >= MAX_CLIENTS)
      throw new ServiceError('LimitExceededException', `A user pool has at most ${MAX_CLIENTS} app clients.`);
    const client = { id: newClientId(), createdAt: now(), modifiedAt: now(), settings };
    store.setSettings({ ...store.settings, clients: [...clients, client] });
    return { UserPoolClient: describeClient(pool, client) };
  },
);
