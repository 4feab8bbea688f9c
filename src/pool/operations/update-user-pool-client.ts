import { checkClient } from '../administration/client-rules.js';
import { describeClient } from '../administration/describe-client.js';
import { checkTierHas } from '../administration/tiers.js';
import { ClientId } from '../input.js';
import { adminOperation, requireClient } from '../operation.js';
import { ClientSettings } from '../settings.js';

/**
 * Replaces the client's settings: what is left out goes back to its default, but for the name, which has none.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
 */
export const updateUserPoolClient = adminOperation(
  { ClientId, ...ClientSettings.shape },
  (pool, { ClientId: id, ...input }) => {
    const { store, now } = pool;
    const before = requireClient(pool, id);
    const settings = { ...input, ClientName: input.ClientName ?? before.settings.ClientName };
    checkTierHas(store.settings.pool.UserPoolTier, { client: settings });
    checkClient(settings);
    const client = { ...before, settings, modifiedAt: now() };
    const clients = store.settings.clients.map((other) => (other.id === id ? client : other));
    store.setSettings({ ...store.settings, clients });
    return { UserPoolClient: describeClient(pool, client) };
  },
);
