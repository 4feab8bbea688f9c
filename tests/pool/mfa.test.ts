import {
  AdminDeleteSoftwareTokenCommand,
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AssociateSoftwareTokenCommand,
  GetUserAuthFactorsCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { SetUserMFAPreferenceRequest } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { PoolOptions } from '../../src/pool/pool.js';
import { PoolUnderTest, requestOptions, tokensOf } from './people.js';
import { TestKey } from './test-key.js';
import { totp } from './totp.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';
const byPassword = { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD };

/** Every second factor there is. */
const mfa = (more: PoolOptions['mfa']): PoolOptions => ({
  mfa: {
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: {},
    SoftwareTokenMfaConfiguration: { Enabled: true },
    EmailMfaConfiguration: {},
    WebAuthnConfiguration: { RelyingPartyId: 'localhost' },
    ...more,
  },
});
const both = { RelyingPartyId: 'localhost', FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' } as const;

const prefer = (t: PoolUnderTest, AccessToken: string, settings: Omit<SetUserMFAPreferenceRequest, 'AccessToken'>) =>
  t.sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, ...settings }));

/** Sets an authenticator app up, and returns its secret. */
async function withApp(t: PoolUnderTest, AccessToken: string): Promise<string> {
  const { SecretCode = '' } = await t.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  const verify = new VerifySoftwareTokenCommand({
    AccessToken,
    UserCode: totp(SecretCode, t.now),
    FriendlyDeviceName: 'Phone',
  });
  expect((await t.sdk.send(verify)).Status).toBe('SUCCESS');
  await prefer(t, AccessToken, { SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
  // The first code has served: the next sign-in needs that of the next half minute.
  t.pass(30_000);
  return SecretCode;
}

describe('where a second factor is optional', () => {
  let t: PoolUnderTest;
  beforeAll(async () => {
    t = await PoolUnderTest.start(mfa({}));
  });
  afterAll(() => t.stop());
  const signIn = (username: string) => t.initiate(username, byPassword);

  it('asks nothing more of who has none', async () => {
    await t.addUser('ann');
    tokensOf(await signIn('ann'));
  });

  it('asks for the code of an app, once each, and three times at most', async () => {
    await t.addUser('bob');
    const secret = await withApp(t, (await t.signInWithPassword('bob')).accessToken);
    const question = await signIn('bob');
    expect(question).toMatchObject({
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      ChallengeParameters: { FRIENDLY_DEVICE_NAME: 'Phone', USER_ID_FOR_SRP: 'bob' },
    });
    const code = totp(secret, t.now);
    const answer = (SOFTWARE_TOKEN_MFA_CODE: string) => t.answer(question, 'bob', { SOFTWARE_TOKEN_MFA_CODE });
    await expect(t.answer(question, 'bob', {})).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(answer('12')).rejects.toMatchObject({ name: 'CodeMismatchException' });
    tokensOf(await answer(code));

    const replayed = await signIn('bob');
    await expect(t.answer(replayed, 'bob', { SOFTWARE_TOKEN_MFA_CODE: code })).rejects.toMatchObject({
      name: 'ExpiredCodeException',
      message: 'Your software token has already been used once.',
    });
    t.pass(30_000);
    for (let tries = 1; tries <= 3; tries += 1)
      await expect(t.answer(replayed, 'bob', { SOFTWARE_TOKEN_MFA_CODE: '12' })).rejects.toMatchObject({
        name: 'CodeMismatchException',
      });
    const late = t.answer(replayed, 'bob', { SOFTWARE_TOKEN_MFA_CODE: totp(secret, t.now) });
    await expect(late).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('keeps an app until another has shown a code', async () => {
    await t.addUser('cat');
    const { accessToken: AccessToken } = await t.signInWithPassword('cat');
    const nothing = new VerifySoftwareTokenCommand({ AccessToken, UserCode: '123456' });
    await expect(t.sdk.send(nothing)).rejects.toMatchObject({ name: 'SoftwareTokenMFANotFoundException' });
    const secret = await withApp(t, AccessToken);
    const { SecretCode = '' } = await t.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    const wrong = new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(secret, t.now) });
    await expect(t.sdk.send(wrong)).rejects.toMatchObject({ name: 'EnableSoftwareTokenMFAException' });
    tokensOf(await t.answer(await signIn('cat'), 'cat', { SOFTWARE_TOKEN_MFA_CODE: totp(secret, t.now) }));
    const right = new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(SecretCode, t.now) });
    await t.sdk.send(right);
    t.pass(30_000);
    tokensOf(await t.answer(await signIn('cat'), 'cat', { SOFTWARE_TOKEN_MFA_CODE: totp(SecretCode, t.now) }));
  });

  it('asks for a code by SMS or mail, and lets choose where nothing is preferred', async () => {
    await t.addUser('dan', PASSWORD, { phone_number: '+15550100' });
    const { accessToken } = await t.signInWithPassword('dan');
    await prefer(t, accessToken, { SMSMfaSettings: { Enabled: true, PreferredMfa: true } });
    const sms = await signIn('dan');
    expect(sms).toMatchObject({
      ChallengeName: 'SMS_MFA',
      ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+*******0100' },
    });
    expect(t.mail.at(-1)).toMatchObject({ to: '+15550100', medium: 'SMS', purpose: 'second-factor' });
    await expect(t.answer(sms, 'dan', { SMS_MFA_CODE: '1' })).rejects.toMatchObject({ name: 'CodeMismatchException' });
    tokensOf(await t.answer(sms, 'dan', { SMS_MFA_CODE: t.lastCode() }));

    await prefer(t, accessToken, { SMSMfaSettings: { Enabled: true }, EmailMfaSettings: { Enabled: true } });
    const choice = await signIn('dan');
    expect(choice.ChallengeName).toBe('SELECT_MFA_TYPE');
    expect(choice.ChallengeParameters?.['MFAS_CAN_CHOOSE']).toBe('["SMS_MFA","EMAIL_OTP"]');
    await expect(t.answer(choice, 'dan', { ANSWER: 'SOFTWARE_TOKEN_MFA' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    const mail = await t.answer(choice, 'dan', { ANSWER: 'EMAIL_MFA' });
    expect(mail).toMatchObject({
      ChallengeName: 'EMAIL_OTP',
      ChallengeParameters: { CODE_DELIVERY_DESTINATION: 'd***@e***' },
    });
    tokensOf(await t.answer(mail, 'dan', { EMAIL_OTP_CODE: t.lastCode() }));
  });

  it('takes no single factor of who has two: neither code nor passkey', async () => {
    const { key, tokens } = await t.enrolled('eve');
    await t.signInWithKey('eve', key);
    const secret = await withApp(t, tokens.accessToken);
    expect((await t.initiate('eve')).AvailableChallenges).toEqual(['PASSWORD', 'PASSWORD_SRP']);
    const asked = await t.initiate('eve', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    expect(asked.ChallengeName).toBe('SELECT_CHALLENGE');
    const question = await signIn('eve');
    const answer = await t.answer(question, 'eve', { SOFTWARE_TOKEN_MFA_CODE: totp(secret, t.now) });
    await t.register(tokensOf(answer).accessToken, new TestKey());
  });

  it('turns on only what the user could use', async () => {
    await t.addUser('fay');
    const { accessToken } = await t.signInWithPassword('fay');
    for (const settings of [
      { SoftwareTokenMfaSettings: { Enabled: true } },
      { SMSMfaSettings: { Enabled: true } },
      { EmailMfaSettings: { PreferredMfa: true } },
      {
        EmailMfaSettings: { Enabled: true, PreferredMfa: true },
        SMSMfaSettings: { Enabled: true, PreferredMfa: true },
      },
      { WebAuthnMfaSettings: { Enabled: true } },
    ])
      await expect(prefer(t, accessToken, settings)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    tokensOf(await signIn('fay'));
  });

  it('tells users and administrators what is set, and lets administrators set it', async () => {
    await t.addUser('gil');
    const { accessToken: AccessToken } = await t.signInWithPassword('gil');
    await withApp(t, AccessToken);
    const factors = await t.sdk.send(new GetUserAuthFactorsCommand({ AccessToken }));
    expect(factors).toMatchObject({
      ConfiguredUserAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SOFTWARE_TOKEN'],
      PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
      UserMFASettingList: ['SOFTWARE_TOKEN_MFA'],
    });
    const who = { UserPoolId: t.pool.userPoolId, Username: 'gil' };
    await t.sdk.send(new AdminDeleteSoftwareTokenCommand(who));
    const user = await t.sdk.send(new AdminGetUserCommand(who));
    expect([user.PreferredMfaSetting, user.UserMFASettingList]).toEqual([undefined, undefined]);
    tokensOf(await signIn('gil'));
    await t.sdk.send(new AdminSetUserMFAPreferenceCommand({ ...who, EmailMfaSettings: { Enabled: true } }));
    expect((await signIn('gil')).ChallengeName).toBe('EMAIL_OTP');
  });
});

describe('where everybody needs a second factor', () => {
  let t: PoolUnderTest;
  beforeAll(async () => {
    t = await PoolUnderTest.start(
      mfa({ MfaConfiguration: 'ON', EmailMfaConfiguration: undefined, WebAuthnConfiguration: both }),
    );
  });
  afterAll(() => t.stop());

  it('lets an app be set up on the way in', async () => {
    await t.addUser('ann');
    const question = await t.initiate('ann', byPassword);
    expect(question.ChallengeName).toBe('MFA_SETUP');
    expect(question.ChallengeParameters?.['MFAS_CAN_SETUP']).toBe('["SMS_MFA","SOFTWARE_TOKEN_MFA"]');
    await expect(t.answer(question, 'ann', {})).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const associate = new AssociateSoftwareTokenCommand({ Session: question.Session });
    const { SecretCode = '', Session } = await t.sdk.send(associate);
    const wrong = new VerifySoftwareTokenCommand({ Session, UserCode: '000000' });
    await expect(t.sdk.send(wrong)).rejects.toMatchObject({ name: 'EnableSoftwareTokenMFAException' });
    const verify = new VerifySoftwareTokenCommand({ Session, UserCode: totp(SecretCode, t.now) });
    const verified = await t.sdk.send(verify);
    expect(verified.Status).toBe('SUCCESS');
    tokensOf(await t.answer({ ...question, Session: verified.Session }, 'ann', {}));
    t.pass(30_000);
    const again = await t.initiate('ann', byPassword);
    tokensOf(await t.answer(again, 'ann', { SOFTWARE_TOKEN_MFA_CODE: totp(SecretCode, t.now) }));
  });

  it('takes the number of who has one', async () => {
    await t.addUser('bob', PASSWORD, { phone_number: '+15550101' });
    const question = await t.initiate('bob', byPassword);
    tokensOf(await t.answer(question, 'bob', { SMS_MFA_CODE: t.lastCode() }));
  });

  it('takes a passkey that has verified its user for both, where the user wants that', async () => {
    await t.addUser('cat', PASSWORD, { phone_number: '+15550102' });
    const signIn = async () => {
      const question = await t.initiate('cat', byPassword);
      return tokensOf(await t.answer(question, 'cat', { SMS_MFA_CODE: t.lastCode() }));
    };
    const { accessToken } = await signIn();
    const key = new TestKey();
    await t.register(accessToken, key);
    expect((await t.initiate('cat')).AvailableChallenges).not.toContain('WEB_AUTHN');
    const alone = prefer(t, accessToken, { WebAuthnMfaSettings: { Enabled: true } });
    await expect(alone).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await prefer(t, accessToken, { SMSMfaSettings: { Enabled: true }, WebAuthnMfaSettings: { Enabled: true } });
    const asked = await t.initiate('cat', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    expect(requestOptions(asked).userVerification).toBe('required');
    await t.signInWithKey('cat', key);
    await expect(t.signInWithKey('cat', key, { userVerified: false })).rejects.toMatchObject({
      name: 'NotAuthorizedException',
    });
  });
});

it('a pool that has no second factors offers none', async () => {
  const t = await PoolUnderTest.start();
  try {
    await t.addUser('ann');
    const { accessToken: AccessToken } = await t.signInWithPassword('ann');
    await expect(t.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }))).rejects.toMatchObject({
      name: 'SoftwareTokenMFANotFoundException',
    });
    for (const both of [{}, { AccessToken, Session: 'x'.repeat(20) }])
      await expect(t.sdk.send(new AssociateSoftwareTokenCommand(both))).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
    await expect(prefer(t, AccessToken, { EmailMfaSettings: { Enabled: true } })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  } finally {
    await t.stop();
  }
});

it('passkeys that are one factor are not enrolled where everybody needs two', async () => {
  const t = await PoolUnderTest.start(mfa({ MfaConfiguration: 'ON' }));
  try {
    await t.addUser('bob');
    const question = await t.initiate('bob', byPassword);
    const { accessToken } = tokensOf(await t.answer(question, 'bob', { EMAIL_OTP_CODE: t.lastCode() }));
    await expect(t.creationOptions(accessToken)).rejects.toMatchObject({ name: 'WebAuthnNotEnabledException' });
  } finally {
    await t.stop();
  }
});
