import { ResourceArn, tagsOf } from '../administration/tags.js';
import { accountOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = accountOperation({ ResourceArn }, (pool, input) => ({
  Tags: tagsOf(pool, input.ResourceArn),
}));
