import { z } from 'zod';

import { invalidParameter } from '../errors.js';
import { Code } from '../input.js';
import { userOperation } from '../operation.js';
import { isAddress, purposeOf } from '../users/attribute-codes.js';
import { spendCode } from '../users/confirmation.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html */
export const verifyUserAttribute = userOperation(
  { AttributeName: z.string().min(1).max(32), Code },
  (pool, { AttributeName, Code: code }, { user }) => {
    if (!isAddress(AttributeName)) throw invalidParameter('Only email and phone_number can be verified.');
    pool.quotas.use('VerifyUserAttribute', user.sub);
    spendCode(pool, user, purposeOf(AttributeName), code);
    const { [AttributeName]: pending, ...waiting } = user.pendingAttributes;
    if (pending !== undefined) user.attributes[AttributeName] = pending;
    user.attributes[`${AttributeName}_verified`] = 'true';
    user.pendingAttributes = waiting;
    user.modifiedAt = pool.now();
    pool.store.touch(user);
    return {};
  },
);
