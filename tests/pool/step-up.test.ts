import { AssociateSoftwareTokenCommand, VerifySoftwareTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { PoolUnderTest, tokensOf } from './people.js';
import { totp } from './totp.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD = 'Correct-horse-1';
const loa = (...levels: number[]) => levels.map((level) => `urn:cognito:loa:${level}`).join(' ');
const claimsOf = (token: string) => {
  const { acr, amr } = decodeJwt(token);
  return { acr, amr };
};

describe('a pool that tells levels', () => {
  let t: PoolUnderTest;
  beforeAll(async () => {
    t = await PoolUnderTest.start({
      userPool: { AcrConfiguration: { Level2: { AcrValue: 'urn:desk:code' } } },
      mfa: {
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        WebAuthnConfiguration: { RelyingPartyId: 'localhost' },
      },
    });
  });
  afterAll(() => t.stop());

  const withApp = async (AccessToken: string) => {
    const { SecretCode = '' } = await t.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    await t.sdk.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(SecretCode, t.now) }));
    t.pass(30_000);
    return SecretCode;
  };

  it('says in both tokens how the user signed in, and after a refresh', async () => {
    const { key, tokens } = await t.enrolled('ann');
    for (const token of [tokens.accessToken, tokens.idToken])
      expect(claimsOf(token)).toEqual({ acr: loa(1), amr: ['pwd'] });
    const byKey = await t.signInWithKey('ann', key);
    expect(claimsOf(byKey.accessToken)).toEqual({ acr: loa(3), amr: ['hwk'] });
    const question = await t.initiate('ann', { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const byCode = tokensOf(await t.answer(question, 'ann', { EMAIL_OTP_CODE: t.lastCode() }));
    expect(claimsOf(byCode.accessToken)).toEqual({ acr: 'urn:desk:code', amr: ['email_otp'] });
    const refreshed = await t.initiate('ann', { REFRESH_TOKEN: byKey.refreshToken }, 'REFRESH_TOKEN_AUTH');
    expect(claimsOf(refreshed.AuthenticationResult?.AccessToken ?? '')).toEqual({ acr: loa(3), amr: ['hwk'] });
  });

  it('offers what leads to the level, and falls back to the next', async () => {
    const { key } = await t.enrolled('bob');
    const offered = async (TARGET_ACR_VALUES: string) =>
      (await t.initiate('bob', { TARGET_ACR_VALUES })).AvailableChallenges;
    expect(await offered(loa(1))).toEqual(['PASSWORD', 'PASSWORD_SRP', 'WEB_AUTHN', 'EMAIL_OTP']);
    expect(await offered(loa(3))).toEqual(['WEB_AUTHN']);
    expect(await offered(`${loa(4)} nonsense urn:desk:code`)).toEqual(['WEB_AUTHN', 'EMAIL_OTP']);
    await expect(offered(loa(4))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(offered('nonsense')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(offered(loa(2))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const parameters = { TARGET_ACR_VALUES: loa(3), PREFERRED_CHALLENGE: 'WEB_AUTHN' };
    expect((await t.initiate('bob', parameters)).ChallengeName).toBe('WEB_AUTHN');
    await t.signInWithKey('bob', key);
  });

  it('asks for a second factor that the user need not use otherwise', async () => {
    await t.addUser('cat');
    const plain = await t.signInWithPassword('cat');
    const secret = await withApp(plain.accessToken);
    const parameters = { TARGET_ACR_VALUES: loa(4), PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD };
    const question = await t.initiate('cat', parameters);
    expect(question.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    const SOFTWARE_TOKEN_MFA_CODE = totp(secret, t.now);
    const stepped = tokensOf(await t.answer(question, 'cat', { SOFTWARE_TOKEN_MFA_CODE }));
    expect(claimsOf(stepped.accessToken)).toEqual({ acr: loa(4), amr: ['pwd', 'otp', 'mfa'] });
    await t.signInWithPassword('cat');
  });

  it('counts what an access token has proven, while it is young enough', async () => {
    await t.addUser('dan');
    const { accessToken: ACCESS_TOKEN } = await t.signInWithPassword('dan');
    const secret = await withApp(ACCESS_TOKEN);
    const ask = (more: Record<string, string>, username = 'dan') =>
      t.initiate(username, { ACCESS_TOKEN, TARGET_ACR_VALUES: loa(4), ...more });
    const question = await ask({ MAX_AGE: '30' });
    expect(question.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    const SOFTWARE_TOKEN_MFA_CODE = totp(secret, t.now);
    const stepped = tokensOf(await t.answer(question, 'dan', { SOFTWARE_TOKEN_MFA_CODE }));
    expect(claimsOf(stepped.idToken)).toEqual({ acr: loa(4), amr: ['pwd', 'otp', 'mfa'] });

    expect((await ask({ MAX_AGE: '29' })).AvailableChallenges).toEqual(['PASSWORD', 'PASSWORD_SRP']);
    const refused = { name: 'InvalidParameterException' };
    await expect(ask({ TARGET_ACR_VALUES: loa(1) })).rejects.toMatchObject(refused);
    await expect(ask({ MAX_AGE: 'soon' })).rejects.toMatchObject(refused);
    await expect(t.initiate('dan', { ACCESS_TOKEN })).rejects.toMatchObject(refused);
    await expect(ask({}, 'ana')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(ask({ ACCESS_TOKEN: 'a.b.c' })).rejects.toMatchObject({ name: 'NotAuthorizedException' });
  });

  it('does not tell who exists', async () => {
    // As among real users, some can reach the level and some cannot; the same each time.
    const offered = async (name: string) =>
      t.initiate(name, { TARGET_ACR_VALUES: loa(4) }).then(
        ({ AvailableChallenges }) => AvailableChallenges,
        (error: unknown) => String(error),
      );
    const names = Array.from({ length: 12 }, (_, index) => `ghost-${index}`);
    const seen = await Promise.all(names.map(offered));
    expect(await Promise.all(names.map(offered))).toEqual(seen);
    await t.addUser('eve');
    expect(seen).toContainEqual(await offered('eve'));
    expect(seen).toContainEqual(['PASSWORD', 'PASSWORD_SRP']);
  });
});

it('a pool of the smallest feature plan knows no step-up', async () => {
  const t = await PoolUnderTest.start({ userPool: { UserPoolTier: 'LITE', AcrConfiguration: {} } });
  try {
    await expect(t.initiate('ana', { TARGET_ACR_VALUES: loa(3) })).rejects.toMatchObject({
      name: 'FeatureUnavailableInTierException',
    });
  } finally {
    await t.stop();
  }
});
