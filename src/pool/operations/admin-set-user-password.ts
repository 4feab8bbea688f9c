import { z } from 'zod';

import { Password, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { checkPasswordPolicy, endOfTemporaryPassword, hashPassword } from '../users/password.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html */
export const adminSetUserPassword = adminOperation(
  { Username, Password, Permanent: z.boolean().default(false) },
  async (pool, input) => {
    const user = requireUser(pool, input.Username);
    checkPasswordPolicy(pool, input.Password);
    const password = await hashPassword(
      { userPoolId: pool.config.userPoolId, username: user.username },
      input.Password,
    );
    Object.assign(user, {
      password,
      status: input.Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
      temporaryUntil: input.Permanent ? null : endOfTemporaryPassword(pool),
      modifiedAt: pool.now(),
    });
    pool.store.touch(user);
    return {};
  },
);
