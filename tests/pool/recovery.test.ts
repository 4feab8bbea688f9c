import {
  AdminResetUserPasswordCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { functionsOf } from './functions.js';
import { PoolUnderTest, tokensOf } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';
const NEW_PASSWORD = 'Another-horse-2';
const { events, functions, LambdaConfig } = functionsOf({ PostConfirmation: () => ({}) });

let t: PoolUnderTest;
beforeAll(async () => {
  t = await PoolUnderTest.start({ functions, userPool: { LambdaConfig } });
});
afterAll(() => t.stop());

const forget = (Username: string) => t.sdk.send(new ForgotPasswordCommand({ ClientId: t.pool.clientId, Username }));
const confirm = (Username: string, ConfirmationCode: string, Password = NEW_PASSWORD) =>
  t.sdk.send(new ConfirmForgotPasswordCommand({ ClientId: t.pool.clientId, Username, ConfirmationCode, Password }));

describe('a forgotten password', () => {
  it('is replaced by the code that was sent', async () => {
    await t.addUser('ann');
    const { CodeDeliveryDetails } = await forget('ann');
    expect(CodeDeliveryDetails).toEqual({ AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' });
    expect(t.mail.at(-1)).toMatchObject({ to: 'ann@example.com', purpose: 'reset-password' });
    const code = t.lastCode();
    await expect(confirm('ann', 'wrong')).rejects.toMatchObject({ name: 'CodeMismatchException' });
    await expect(confirm('ann', code, 'weak')).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    await confirm('ann', code);
    expect(events.at(-1)).toMatchObject({ triggerSource: 'PostConfirmation_ConfirmForgotPassword' });
    await t.signInWithPassword('ann', NEW_PASSWORD);
    await expect(t.signInWithPassword('ann')).rejects.toThrow('Incorrect');
    await expect(confirm('ann', code)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  });

  it('goes to the phone first, where that is verified', async () => {
    await t.addUser('bob', PASSWORD, { phone_number: '+15550100', phone_number_verified: 'true' });
    expect((await forget('bob')).CodeDeliveryDetails).toEqual({
      AttributeName: 'phone_number',
      DeliveryMedium: 'SMS',
      Destination: '+*******0100',
    });
    await confirm('bob', t.lastCode());
  });

  it('needs an address that is proven, and a password that is the user’s own', async () => {
    const signUp = { ClientId: t.pool.clientId, Username: 'cat', Password: PASSWORD };
    await t.sdk.send(new SignUpCommand({ ...signUp, UserAttributes: [{ Name: 'email', Value: 'cat@example.com' }] }));
    await expect(forget('cat')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(forget('ben')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'User password cannot be reset in the current state.',
    });
  });

  it('has an hour, five codes, and fifteen guesses', async () => {
    await t.addUser('dan');
    for (let codes = 1; codes <= 5; codes += 1) await forget('dan');
    const code = t.lastCode();
    await expect(forget('dan')).rejects.toMatchObject({ name: 'LimitExceededException' });
    for (let guesses = 1; guesses <= 15; guesses += 1)
      await expect(confirm('dan', 'wrong')).rejects.toMatchObject({ name: 'CodeMismatchException' });
    await expect(confirm('dan', code)).rejects.toMatchObject({ name: 'LimitExceededException' });
    t.pass(3_600_000);
    await expect(confirm('dan', code)).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  });

  it('of a user who does not exist seems to be like any other', async () => {
    const first = await forget('nobody');
    expect(first.CodeDeliveryDetails?.Destination).toMatch(/^[a-z]\*{3}@[a-z]\*{3}$/);
    expect((await forget('nobody')).CodeDeliveryDetails).toEqual(first.CodeDeliveryDetails);
    await expect(confirm('nobody', '123456')).rejects.toMatchObject({ name: 'ExpiredCodeException' });
  });

  it('is an administrator’s business, where the pool has it so', async () => {
    const closed = await PoolUnderTest.start({
      userPool: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] } },
    });
    try {
      const asked = closed.sdk.send(new ForgotPasswordCommand({ ClientId: closed.pool.clientId, Username: 'ana' }));
      await expect(asked).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    } finally {
      await closed.stop();
    }
  });
});

describe('a password that an administrator has reset', () => {
  it('opens nothing until it is replaced, neither by itself nor by tokens or a key', async () => {
    const { key, tokens } = await t.enrolled('eve');
    const reset = new AdminResetUserPasswordCommand({ UserPoolId: t.pool.userPoolId, Username: 'eve' });
    await t.sdk.send(reset);
    const code = t.lastCode();
    const needed = { name: 'PasswordResetRequiredException' };
    await expect(t.signInWithPassword('eve')).rejects.toMatchObject(needed);
    await expect(t.signInWithKey('eve', key)).rejects.toMatchObject(needed);
    const user = t.sdk.send(new GetUserCommand({ AccessToken: tokens.accessToken }));
    await expect(user).rejects.toMatchObject(needed);
    await confirm('eve', code);
    await t.signInWithPassword('eve', NEW_PASSWORD);
    await t.signInWithKey('eve', key);
  });

  it('is one that the user has chosen', async () => {
    const reset = new AdminResetUserPasswordCommand({ UserPoolId: t.pool.userPoolId, Username: 'ben' });
    await expect(t.sdk.send(reset)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });
});

describe('a password that is known', () => {
  const change = (AccessToken: string, ProposedPassword: string, PreviousPassword?: string) =>
    t.sdk.send(new ChangePasswordCommand({ AccessToken, ProposedPassword, PreviousPassword }));

  it('is changed by who knows it', async () => {
    await t.addUser('fay');
    const { accessToken } = await t.signInWithPassword('fay');
    await expect(change(accessToken, NEW_PASSWORD)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(change(accessToken, NEW_PASSWORD, 'no')).rejects.toMatchObject({
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    await expect(change(accessToken, 'weak', PASSWORD)).rejects.toMatchObject({ name: 'InvalidPasswordException' });
    await change(accessToken, NEW_PASSWORD, PASSWORD);
    await t.signInWithPassword('fay', NEW_PASSWORD);
    await expect(change(accessToken, PASSWORD, NEW_PASSWORD)).resolves.toBeDefined();
    await expect(change(accessToken, NEW_PASSWORD, PASSWORD)).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  it('is set by who has none', async () => {
    const UserAttributes = [{ Name: 'email', Value: 'gil@example.com' }];
    await t.sdk.send(new SignUpCommand({ ClientId: t.pool.clientId, Username: 'gil', UserAttributes }));
    const question = await t.initiate('gil', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const { accessToken } = tokensOf(await t.answer(question, 'gil', { EMAIL_OTP_CODE: t.lastCode() }));
    await change(accessToken, PASSWORD);
    await t.signInWithPassword('gil');
  });
});
