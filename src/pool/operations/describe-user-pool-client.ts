import { describeClient } from '../administration/describe-client.js';
import { ClientId } from '../input.js';
import { adminOperation, requireClient } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html */
export const describeUserPoolClient = adminOperation({ ClientId }, (pool, input) => ({
  UserPoolClient: describeClient(pool, requireClient(pool, input.ClientId)),
}));
