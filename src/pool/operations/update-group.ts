import { describeGroup, GroupMembers, requireGroup } from '../administration/groups.js';
import { adminOperation } from '../operation.js';

/**
 * Sets what is said; unlike pools and clients, groups keep what is not.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html
 */
export const updateGroup = adminOperation(GroupMembers, (pool, input) => {
  const before = requireGroup(pool, input.GroupName);
  const group = {
    ...before,
    description: input.Description ?? before.description,
    roleArn: input.RoleArn ?? before.roleArn,
    precedence: input.Precedence ?? before.precedence,
    modifiedAt: pool.now(),
  };
  pool.store.addGroup(group);
  return { Group: describeGroup(pool, group) };
});
