import { z } from 'zod';

import { Lifetime } from '../config.js';
import { Password, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import { checkPasswordPolicy, hashPassword } from '../users/password.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html */
export const adminSetUserPassword = adminOperation(
  { Username, Password, Permanent: z.boolean().default(false) },
  async (pool, input) => {
    const user = requireUser(pool, input.Username);
    checkPasswordPolicy(input.Password);
    const password = await hashPassword(input.Password);
    Object.assign(user, {
      password,
      status: input.Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD',
      temporaryUntil: input.Permanent ? null : pool.now() + Lifetime.temporaryPassword,
      modifiedAt: pool.now(),
    });
    pool.store.touch();
    return {};
  },
);
