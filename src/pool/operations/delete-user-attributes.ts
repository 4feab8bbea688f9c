import { z } from 'zod';

import { userOperation } from '../operation.js';
import { deleteAttributes } from '../users/attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html */
export const deleteUserAttributes = userOperation(
  { UserAttributeNames: z.array(z.string().min(1).max(32)) },
  (pool, { UserAttributeNames }, { user }) => {
    deleteAttributes(user, UserAttributeNames, 'client');
    user.modifiedAt = pool.now();
    pool.store.touch(user);
    return {};
  },
);
