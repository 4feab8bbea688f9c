import { describeGroup, GroupName, requireGroup } from '../administration/groups.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html */
export const getGroup = adminOperation({ GroupName }, (pool, input) => ({
  Group: describeGroup(pool, requireGroup(pool, input.GroupName)),
}));
