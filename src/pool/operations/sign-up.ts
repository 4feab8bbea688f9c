import { z } from 'zod';

import { ServiceError } from '../errors.js';
import { ClientId, Password, TextMap, Username } from '../input.js';
import { callingClient, openOperation } from '../operation.js';
import { AttributeList, readAttributes } from '../users/attributes.js';
import { sendConfirmation, setConfirmed } from '../users/confirmation.js';
import { addUser, usernameExists } from '../users/new-user.js';
import { checkPasswordPolicy, hashPassword } from '../users/password.js';
import { mayBePasswordless } from '../users/passwordless.js';
import { postConfirmation } from '../users/post-confirmation.js';
import { preSignUp } from '../users/pre-sign-up.js';

const Input = z.object({
  ClientId,
  SecretHash: z.string().optional(),
  Username,
  Password: Password.optional(),
  UserAttributes: AttributeList.default([]),
  ValidationData: AttributeList.default([]),
  ClientMetadata: TextMap.default({}),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html */
export const signUp = openOperation(Input, async (pool, input) => {
  const { Username: username, ClientMetadata: clientMetadata } = input;
  const clientId = callingClient(pool, input.ClientId, input.SecretHash).id;
  if (pool.store.settings.pool.AdminCreateUserConfig.AllowAdminCreateUserOnly)
    throw new ServiceError('NotAuthorizedException', 'SignUp is not permitted for this user pool');
  const attributes = readAttributes(input.UserAttributes, 'client');
  // An empty password counts as none: such users sign in with a code that is sent, where the pool offers that.
  const chosen = input.Password === '' ? undefined : input.Password;
  if (chosen === undefined && !mayBePasswordless(pool, attributes))
    throw new ServiceError(
      'InvalidPasswordException',
      'Password did not conform with password policy: Password missing',
    );
  if (chosen !== undefined) checkPasswordPolicy(pool, chosen);
  if (pool.store.userNamed(username)) throw usernameExists();
  const verdict = await preSignUp(pool, {
    source: 'PreSignUp_SignUp',
    username,
    clientId,
    attributes,
    validationData: input.ValidationData,
    clientMetadata,
  });
  const { userPoolId } = pool.config;
  const password = chosen === undefined ? null : await hashPassword({ userPoolId, username }, chosen);
  const user = addUser(pool, { username, password, temporaryUntil: null, status: 'UNCONFIRMED', attributes });
  for (const attribute of verdict.verified) user.attributes[`${attribute}_verified`] = 'true';
  if (verdict.confirmed) {
    setConfirmed(pool, user);
    await postConfirmation(pool, user, 'PostConfirmation_ConfirmSignUp', clientId, clientMetadata);
    return { UserConfirmed: true, UserSub: user.sub };
  }
  const delivery = await sendConfirmation(pool, user, { source: 'CustomMessage_SignUp', clientId, clientMetadata });
  return { UserConfirmed: false, UserSub: user.sub, ...delivery };
});
