import { GroupName, requireGroup } from '../administration/groups.js';
import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/**
 * A user who is not in the group stays so.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html
 */
export const adminRemoveUserFromGroup = adminOperation({ Username, GroupName }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  const { name } = requireGroup(pool, input.GroupName);
  user.groups = user.groups.filter((other) => other !== name);
  pool.store.touch(user);
  return {};
});
