import { ResourceArn, setTags, Tags, tagsOf } from '../administration/tags.js';
import { accountOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_TagResource.html */
export const tagResource = accountOperation({ ResourceArn, Tags }, (pool, input) => {
  setTags(pool, { ...tagsOf(pool, input.ResourceArn), ...input.Tags });
  return {};
});
