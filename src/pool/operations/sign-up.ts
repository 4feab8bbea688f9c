import { z } from 'zod';

import { ServiceError } from '../errors.js';
import { ClientId, Password, Username } from '../input.js';
import { callingClient, openOperation } from '../operation.js';
import { AttributeList, readAttributes } from '../users/attributes.js';
import { mailConfirmation } from '../users/confirmation.js';
import { addUser, usernameExists } from '../users/new-user.js';
import { checkPasswordPolicy, hashPassword } from '../users/password.js';

const Input = z.object({
  ClientId,
  SecretHash: z.string().optional(),
  Username,
  Password: Password.optional(),
  UserAttributes: AttributeList.default([]),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
export const signUp = openOperation(Input, async (pool, input) => {
  callingClient(pool, input.ClientId, input.SecretHash);
  const attributes = readAttributes(input.UserAttributes, 'client');
  const passwordless = pool.config.firstFactors.includes('EMAIL_OTP') && attributes.has('email');
  // An empty password counts as none: such users sign in with a mailed code, where the pool offers that.
  const chosen = input.Password === '' ? undefined : input.Password;
  if (chosen === undefined && !passwordless)
    throw new ServiceError(
      'InvalidPasswordException',
      'Password did not conform with password policy: Password missing',
    );
  if (chosen !== undefined) checkPasswordPolicy(pool, chosen);
  if (pool.store.userNamed(input.Username)) throw usernameExists();
  const password = chosen === undefined ? null : await hashPassword(chosen);
  const user = addUser(pool, {
    username: input.Username,
    password,
    temporaryUntil: null,
    status: 'UNCONFIRMED',
    attributes,
  });
  return { UserConfirmed: false, UserSub: user.sub, ...mailConfirmation(pool, user) };
});
