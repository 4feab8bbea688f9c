import { z } from 'zod';

import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { Arn } from '../kept-settings.js';
import type { Group } from '../state.js';

/** Not adjustable. https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
export const MAX_GROUPS = 10_000;
export const MAX_GROUPS_OF_USER = 100;

export const GroupName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u);

/** What CreateGroup and UpdateGroup take. */
export const GroupMembers = {
  GroupName,
  Description: z.string().max(2048).optional(),
  RoleArn: Arn.optional(),
  Precedence: z.int().min(0).optional(),
};

/** The group of this name. Throws ResourceNotFoundException. */
export function requireGroup({ store }: Pick<Pool, 'store'>, name: string): Group {
  const group = store.group(name);
  if (!group) throw new ServiceError('ResourceNotFoundException', 'Group not found.');
  return group;
}

/** A group as the API tells it: GroupType. What was not said is left out. */
export const describeGroup = ({ config }: Pick<Pool, 'config'>, group: Group): object => ({
  GroupName: group.name,
  UserPoolId: config.userPoolId,
  ...(group.description !== null && { Description: group.description }),
  ...(group.roleArn !== null && { RoleArn: group.roleArn }),
  ...(group.precedence !== null && { Precedence: group.precedence }),
  CreationDate: group.createdAt / 1000,
  LastModifiedDate: group.modifiedAt / 1000,
});
