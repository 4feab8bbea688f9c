import { z } from 'zod';

import { userOperation } from '../operation.js';
import { readAttributes, setAttributes } from '../users/attributes.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html */
export const deleteUserAttributes = userOperation(
  { UserAttributeNames: z.array(z.string().min(1).max(32)) },
  (pool, { UserAttributeNames }, { user }) => {
    const gone = readAttributes(
      UserAttributeNames.map((Name) => ({ Name, Value: '' })),
      'client',
    );
    setAttributes(user, gone);
    user.modifiedAt = pool.now();
    pool.store.touch(user);
    return {};
  },
);
