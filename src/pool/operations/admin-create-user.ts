import { z } from 'zod';

import { NO_CLIENT } from '../config.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { Password, TextMap, Username } from '../input.js';
import { adminOperation, requireUser } from '../operation.js';
import type { User } from '../state.js';
import { AttributeList, readAttributes } from '../users/attributes.js';
import { deliver } from '../users/delivery.js';
import { describeUser } from '../users/describe-user.js';
import { addUser, usernameExists } from '../users/new-user.js';
import { checkPasswordPolicy, endOfTemporaryPassword, hashPassword, newTemporaryPassword } from '../users/password.js';
import { mayBePasswordless } from '../users/passwordless.js';
import { preSignUp } from '../users/pre-sign-up.js';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html */
export const adminCreateUser = adminOperation(
  {
    Username,
    UserAttributes: AttributeList.default([]),
    TemporaryPassword: Password.optional(),
    MessageAction: z.enum(['RESEND', 'SUPPRESS']).optional(),
    DesiredDeliveryMediums: z.array(z.enum(['SMS', 'EMAIL'])).default(['EMAIL']),
    ValidationData: AttributeList.default([]),
    ClientMetadata: TextMap.default({}),
  },
  async (pool, input) => {
    const { Username: username, ClientMetadata: clientMetadata } = input;
    const resend = input.MessageAction === 'RESEND';
    const attributes = readAttributes(input.UserAttributes, 'administrator');
    if (!resend && pool.store.userNamed(username)) throw usernameExists();
    const known = resend ? requireUser(pool, username) : undefined;
    if (known && known.status !== 'FORCE_CHANGE_PASSWORD')
      throw new ServiceError(
        'UnsupportedUserStateException',
        'Resend not possible. User status is not FORCE_CHANGE_PASSWORD',
      );
    const given = input.TemporaryPassword === '' ? undefined : input.TemporaryPassword;
    if (given !== undefined) checkPasswordPolicy(pool, given);
    const verdict = resend
      ? undefined
      : await preSignUp(pool, {
          source: 'PreSignUp_AdminCreateUser',
          username,
          clientId: NO_CLIENT,
          attributes,
          validationData: input.ValidationData,
          clientMetadata,
        });
    for (const attribute of verdict?.verified ?? []) attributes.set(`${attribute}_verified`, 'true');
    // Without a temporary password the user is made passwordless, where the pool lets such a user sign in.
    if (given === undefined && !resend && mayBePasswordless(pool, attributes)) {
      const draft = { username, password: null, temporaryUntil: null, attributes };
      return described(addUser(pool, { ...draft, status: 'CONFIRMED' }));
    }
    const temporary = given ?? newTemporaryPassword();
    const { userPoolId } = pool.config;
    const password = await hashPassword({ userPoolId, username: known?.username ?? username }, temporary);
    const has = (name: string) => (known ? known.attributes[name] !== undefined : attributes.has(name));
    const media = input.MessageAction === 'SUPPRESS' ? [] : [...new Set(input.DesiredDeliveryMediums)];
    const addresses = media.map((medium) => (medium === 'SMS' ? 'phone_number' : 'email'));
    const missing = addresses.find((name) => !has(name));
    if (missing !== undefined)
      throw new ServiceError('InvalidParameterException', `User has no ${missing} to deliver the message to.`);
    const user = known ?? addUser(pool, { username, ...draftOf(pool, password), attributes });
    if (known) {
      Object.assign(known, draftOf(pool, password), { modifiedAt: pool.now() });
      pool.store.touch(known);
    }
    for (const address of addresses)
      await deliver(pool, user, address, temporary, {
        purpose: 'temporary-password',
        source: 'CustomMessage_AdminCreateUser',
        clientId: NO_CLIENT,
        clientMetadata,
      });
    return described(user);
  },
);

const draftOf = (pool: Pool, password: User['password']) =>
  ({ password, temporaryUntil: endOfTemporaryPassword(pool), status: 'FORCE_CHANGE_PASSWORD' }) as const;

const described = (user: User) => ({ User: describeUser(user) });
