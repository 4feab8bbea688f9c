import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { operations } from '../../src/pool/operations.js';
import { PoolUnderTest } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Every operation of the API, as the SDK's commands name them. */
const names = Object.keys(sdk).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);

/** What the service takes without a signature: the SDK's own list (auth/httpAuthSchemeProvider). */
const UNSIGNED = new Set([
  'AssociateSoftwareToken',
  'ChangePassword',
  'CompleteWebAuthnRegistration',
  'ConfirmDevice',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'DeleteUserAttributes',
  'DeleteWebAuthnCredential',
  'ForgetDevice',
  'ForgotPassword',
  'GetDevice',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'GetUserAuthFactors',
  'GlobalSignOut',
  'InitiateAuth',
  'ListDevices',
  'ListUserSessions',
  'ListWebAuthnCredentials',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'RevokeUserSession',
  'SetUserMFAPreference',
  'SetUserSettings',
  'SignUp',
  'StartWebAuthnRegistration',
  'UpdateAuthEventFeedback',
  'UpdateDeviceStatus',
  'UpdateUserAttributes',
  'VerifySoftwareToken',
  'VerifyUserAttribute',
]);

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({ users: [] });
});
afterAll(() => t.stop());

/** The name and message of the error that an unsigned, empty request gets. */
async function refusal(name: string): Promise<{ __type: string; message: string }> {
  const response = await fetch(t.pool.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${name}` },
    body: '{}',
  });
  expect(response.status).toBe(400);
  return (await response.json()) as { __type: string; message: string };
}

describe('of the operations of the API', () => {
  it('the pool has none that the SDK does not', () => {
    expect(names.length).toBeGreaterThan(100);
    expect([...operations.keys()].filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(names.filter((name) => operations.has(name)))(
    '%s is there, signed where the service wants it',
    async (name) => {
      const { __type } = await refusal(name);
      if (UNSIGNED.has(name)) expect(['InvalidParameterException', 'SerializationException']).toContain(__type);
      else expect(__type).toBe('MissingAuthenticationTokenException');
    },
  );

  it.each(names.filter((name) => !operations.has(name)))('%s is refused by name', async (name) => {
    const { __type, message } = await refusal(name);
    expect(__type).toBe('UnknownOperationException');
    expect(message).toBe(`The local pool does not implement ${name}.`);
  });
});
