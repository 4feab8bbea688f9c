import { z } from 'zod';

import { invalidParameter } from '../errors.js';
import { TextMap } from '../input.js';
import { userOperation } from '../operation.js';
import { isAddress, sendAttributeCode } from '../users/attribute-codes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html */
export const getUserAttributeVerificationCode = userOperation(
  { AttributeName: z.string().min(1).max(32), ClientMetadata: TextMap.default({}) },
  async (pool, { AttributeName, ClientMetadata: clientMetadata }, { user, clientId }) => {
    if (!isAddress(AttributeName)) throw invalidParameter('Only email and phone_number can be verified.');
    pool.quotas.use('GetUserAttributeVerificationCode', user.sub);
    const occasion = { source: 'CustomMessage_VerifyUserAttribute', clientId, clientMetadata } as const;
    return { CodeDeliveryDetails: await sendAttributeCode(pool, user, AttributeName, occasion) };
  },
);
