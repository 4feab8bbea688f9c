import { GroupName, requireGroup } from '../administration/groups.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html */
export const deleteGroup = adminOperation({ GroupName }, (pool, input) => {
  pool.store.removeGroup(requireGroup(pool, input.GroupName));
  return {};
});
