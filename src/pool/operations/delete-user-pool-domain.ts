import { DomainMembers, requireDomain } from '../administration/domain-changes.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolDomain.html */
export const deleteUserPoolDomain = adminOperation({ Domain: DomainMembers.Domain }, ({ store }, input) => {
  const { name } = requireDomain(store.settings, input.Domain);
  const domains = store.settings.domains.filter((domain) => domain.name !== name);
  store.setSettings({ ...store.settings, domains });
  return {};
});
