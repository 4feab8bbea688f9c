import { ClientId } from '../input.js';
import { adminOperation, requireClient } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClient.html */
export const deleteUserPoolClient = adminOperation({ ClientId }, ({ store }, input) => {
  const { id } = requireClient({ store }, input.ClientId);
  const clients = store.settings.clients.filter((client) => client.id !== id);
  store.setSettings({ ...store.settings, clients });
  return {};
});
