import { z } from 'zod';

import { Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { deleteAttributes } from '../users/attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html */
export const adminDeleteUserAttributes = adminOperation(
  { Username, UserAttributeNames: z.array(z.string().min(1).max(32)) },
  (pool, input) => {
    const user = requireUser(pool, input.Username);
    deleteAttributes(user, input.UserAttributeNames, 'administrator');
    user.modifiedAt = pool.now();
    pool.store.touch(user);
    return {};
  },
);
