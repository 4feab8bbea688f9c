import { GroupName, MAX_GROUPS_OF_USER, requireGroup } from '../administration/groups.js';
import { ServiceError } from '../errors.js';
import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';

/**
 * A user who is in the group already stays so.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html
 */
export const adminAddUserToGroup = adminOperation({ Username, GroupName }, (pool, input) => {
  const user = requireUser(pool, input.Username);
  const { name } = requireGroup(pool, input.GroupName);
  if (user.groups.includes(name)) return {};
  if (user.groups.length >= MAX_GROUPS_OF_USER)
    throw new ServiceError('LimitExceededException', `A user can be in at most ${MAX_GROUPS_OF_USER} groups.`);
  user.groups = [...user.groups, name];
  pool.store.touch(user);
  return {};
});
