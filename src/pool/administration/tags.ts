import { z } from 'zod';

import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { Arn } from '../kept-settings.js';
import { arnOf } from './describe-pool.js';

/** Which resource an operation on tags means; here, the pool. */
export const ResourceArn = Arn;
export const TagKey = z.string().min(1).max(128);
export const Tags = z.record(TagKey, z.string().max(256));
const MAX_TAGS = 50;

/** The pool's tags. Throws ResourceNotFoundException when another resource is meant. */
export function tagsOf(pool: Pool, resourceArn: string): Record<string, string> {
  if (resourceArn !== arnOf(pool))
    throw new ServiceError('ResourceNotFoundException', `Resource ${resourceArn} does not exist.`);
  return pool.store.settings.pool.UserPoolTags;
}

/** Throws UserPoolTaggingException when there are too many. */
export function setTags({ store }: Pool, tags: Record<string, string>): void {
  if (Object.keys(tags).length > MAX_TAGS)
    throw new ServiceError('UserPoolTaggingException', `A user pool has at most ${MAX_TAGS} tags.`);
  store.setSettings({ ...store.settings, pool: { ...store.settings.pool, UserPoolTags: tags } });
}
