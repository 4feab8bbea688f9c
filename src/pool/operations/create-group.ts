import { describeGroup, GroupMembers, MAX_GROUPS } from '../administration/groups.js';
import { ServiceError } from '../errors.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html */
export const createGroup = adminOperation(GroupMembers, (pool, input) => {
  const { store, now } = pool;
  if (store.group(input.GroupName))
    throw new ServiceError('GroupExistsException', 'A group with the name already exists.');
  if (store.groups().length >= MAX_GROUPS)
    throw new ServiceError('LimitExceededException', `A user pool has at most ${MAX_GROUPS} groups.`);
  const group = {
    name: input.GroupName,
    description: input.Description ?? null,
    roleArn: input.RoleArn ?? null,
    precedence: input.Precedence ?? null,
    createdAt: now(),
    modifiedAt: now(),
  };
  store.addGroup(group);
  return { Group: describeGroup(pool, group) };
});
