import {
  AdminDisableUserCommand,
  AdminGetUserAuthFactorsCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';

import { unknownPassword } from '../random.js';
import type { SignUpDesk } from '../sign-up/settle.js';

/**
 * What the triggers ask of their pool. None of these operations calls a trigger.
 * @param userPoolId the pool that the function belongs to; its role allows no other
 */
export function userPool(userPoolId: string): Omit<SignUpDesk, 'registry' | 'passwordIsFirstFactor'> {
  const client = new CognitoIdentityProviderClient({ maxAttempts: 2 });
  const user = (username: string) => ({ UserPoolId: userPoolId, Username: username });
  return {
    authFactorsOf: async (username, abortSignal) => {
      try {
        const answer = await client.send(new AdminGetUserAuthFactorsCommand(user(username)), { abortSignal });
        // A list that is left out of a whole answer is an empty one.
        if (answer.Username === undefined) throw new TypeError('The answer does not say whose factors these are');
        return answer.ConfiguredUserAuthFactors ?? [];
      } catch (error) {
        if (error instanceof UserNotFoundException) return undefined;
        throw error;
      }
    },
    replacePassword: async (username, abortSignal) => {
      const command = new AdminSetUserPasswordCommand({
        ...user(username),
        Password: unknownPassword(),
        Permanent: true,
      });
      await client.send(command, { abortSignal });
    },
    disable: async (username, abortSignal) => {
      await client.send(new AdminDisableUserCommand(user(username)), { abortSignal });
    },
  };
}
