import { describePool } from '../administration/describe-pool.js';
import { adminOperation } from '../operation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html */
export const describeUserPool = adminOperation({}, (pool) => ({ UserPool: describePool(pool) }));
