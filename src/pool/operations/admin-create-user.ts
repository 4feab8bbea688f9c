import { z } from 'zod';

import type { Pool } from '../context.js';
import { invalidParameter, ServiceError } from '../errors.js';
import { Password, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import type { User } from '../state.js';
import { AttributeList, readAttributes } from '../users/attributes.js';
import { describeUser } from '../users/describe-user.js';
import { addUser, usernameExists } from '../users/new-user.js';
import { checkPasswordPolicy, endOfTemporaryPassword, hashPassword, newTemporaryPassword } from '../users/password.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html */
export const adminCreateUser = adminOperation(
  {
    Username,
    UserAttributes: AttributeList.default([]),
    TemporaryPassword: Password.optional(),
    MessageAction: z.enum(['RESEND', 'SUPPRESS']).optional(),
    DesiredDeliveryMediums: z.array(z.enum(['SMS', 'EMAIL'])).default(['EMAIL']),
  },
  async (pool, input) => {
    const resend = input.MessageAction === 'RESEND';
    const attributes = readAttributes(input.UserAttributes, 'administrator');
    if (!resend && pool.store.userNamed(input.Username)) throw usernameExists();
    const known = resend ? requireUser(pool, input.Username) : undefined;
    if (known && known.status !== 'FORCE_CHANGE_PASSWORD')
      throw new ServiceError(
        'UnsupportedUserStateException',
        'Resend not possible. User status is not FORCE_CHANGE_PASSWORD',
      );
    const given = input.TemporaryPassword === '' ? undefined : input.TemporaryPassword;
    // Without a temporary password the user is made passwordless, where the pool lets such a user sign in.
    if (given === undefined && !resend && pool.config.firstFactors.includes('EMAIL_OTP') && attributes.has('email')) {
      const draft = { username: input.Username, password: null, temporaryUntil: null, attributes };
      return described(addUser(pool, { ...draft, status: 'CONFIRMED' }));
    }
    const temporary = given ?? newTemporaryPassword();
    checkPasswordPolicy(pool, temporary);
    const email = known?.attributes['email'] ?? attributes.get('email');
    const mailed = input.MessageAction !== 'SUPPRESS' && input.DesiredDeliveryMediums.includes('EMAIL');
    if (mailed && email === undefined) throw invalidParameter('User has no email address to deliver the message to.');
    const password = await hashPassword(temporary);
    const user = known ?? addUser(pool, { username: input.Username, ...draftOf(pool, password), attributes });
    if (known) {
      Object.assign(known, draftOf(pool, password), { modifiedAt: pool.now() });
      pool.store.touch(known);
    }
    if (mailed && email !== undefined)
      pool.mail({ to: email, username: user.username, code: temporary, purpose: 'temporary-password' });
    return described(user);
  },
);

const draftOf = (pool: Pool, password: User['password']) =>
  ({ password, temporaryUntil: endOfTemporaryPassword(pool), status: 'FORCE_CHANGE_PASSWORD' }) as const;

const described = (user: User) => ({ User: describeUser(user) });
