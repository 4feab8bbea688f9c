import { z } from 'zod';

import { ResourceArn, setTags, TagKey, tagsOf } from '../administration/tags.js';
import { accountOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UntagResource.html */
export const untagResource = accountOperation({ ResourceArn, TagKeys: z.array(TagKey) }, (pool, input) => {
  const left = Object.entries(tagsOf(pool, input.ResourceArn)).filter(([key]) => !input.TagKeys.includes(key));
  setTags(pool, Object.fromEntries(left));
  return {};
});
