import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';

import { checkPool } from '../../../src/cognito/admin/check-pool.js';
import { planFor } from '../../../src/cognito/admin/plan.js';
import type { AppClient, MfaConfig, Snapshot } from '../../../src/cognito/admin/pool-state.js';
import { DesiredPool } from '../../../src/shared/desired-pool.js';
import type { Finding } from '../../../src/shared/pool-check.js';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:f';

/** A pool at which nothing is to be said, but for what a test makes of it. */
interface Parts {
  readonly pool?: UserPoolType;
  readonly mfa?: MfaConfig;
  readonly client?: Partial<AppClient>;
  readonly otherClients?: readonly AppClient[];
  readonly domains?: readonly { Domain?: string; Status?: 'ACTIVE' | 'FAILED'; ManagedLoginVersion?: number }[];
}
function snapshotOf({ pool, mfa, client, otherClients = [], domains = [] }: Parts = {}): Snapshot {
  const seen = <T>(value: T) => ({ isSeen: true as const, value, unread: [] });
  return {
    userPoolId: seen('eu-west-1_AbCdEfGhI'),
    region: seen('eu-west-1'),
    pool: seen({
      UserPoolTier: 'ESSENTIALS',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      DeletionProtection: 'ACTIVE',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' },
      ...pool,
    }),
    mfa: seen({
      MfaConfiguration: 'OFF',
      WebAuthnConfiguration: { RelyingPartyId: 'example.com', UserVerification: 'required' },
      ...mfa,
    }),
    client: seen({
      ClientId: 'desk',
      hasSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AuthSessionValidity: 15,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      ...client,
    }),
    otherClients: seen(otherClients),
    domains: seen(domains),
  };
}

type Wish = Parameters<(typeof DesiredPool)['parse']>[0];
const check = (parts: Parts, wish: Wish = {}) => checkPool(snapshotOf(parts), DesiredPool.parse(wish));

function line(id: string, parts: Parts, wish?: Wish): Finding {
  const found = check(parts, wish).find((finding) => finding.id === id);
  if (!found) throw new Error(`No line ${id}`);
  return found;
}

const factors = (...AllowedFirstAuthFactors: ('PASSWORD' | 'WEB_AUTHN' | 'EMAIL_OTP' | 'SMS_OTP')[]) => ({
  Policies: { SignInPolicy: { AllowedFirstAuthFactors } },
});
const rpId = (RelyingPartyId?: string): MfaConfig => ({
  WebAuthnConfiguration: { UserVerification: 'required', ...(RelyingPartyId && { RelyingPartyId }) },
});
const flows = (...ExplicitAuthFlows: NonNullable<AppClient['ExplicitAuthFlows']>) => ({
  client: { ExplicitAuthFlows },
});
const REFRESH = 'ALLOW_REFRESH_TOKEN_AUTH';

it('has nothing to say of a pool that is set up well', () => {
  expect(check({}).filter(({ state }) => state !== 'ok')).toEqual([]);
});

it('has a different name for each line', () => {
  const ids = check({}).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('a line of the checklist', () => {
  it.each<[id: string, state: Finding['state'], automatic: boolean, parts: Parts, wish?: Wish]>([
    ['plan-tier', 'problem', true, { pool: { UserPoolTier: 'LITE' } }],
    ['plan-tier', 'ok', false, { pool: { UserPoolTier: 'PLUS' } }],
    ['plan-tier', 'unknown', false, { pool: { UserPoolTier: undefined } }],
    ['relying-party', 'problem', false, { mfa: rpId() }],
    ['relying-party', 'problem', true, { mfa: rpId() }, { rpId: 'example.com' }],
    ['relying-party', 'warning', true, { mfa: rpId(), pool: { Domain: 'desk' } }],
    ['relying-party', 'warning', true, { mfa: rpId(), pool: { CustomDomain: 'login.example.com' } }],
    ['relying-party', 'problem', true, {}, { rpId: 'other.example.com' }],
    ['managed-login-domain', 'ok', false, { pool: { CustomDomain: 'login.example.com' } }],
    ['managed-login-domain', 'ok', false, { pool: { CustomDomain: 'login.example.com', Domain: 'desk' } }],
    ['managed-login-domain', 'warning', false, { pool: { Domain: 'desk' } }],
    ['managed-login-domain', 'warning', false, { pool: { CustomDomain: 'notexample.com' } }],
    [
      'managed-login-domain',
      'warning',
      false,
      { pool: { CustomDomain: 'login.example.com' }, domains: [{ Domain: 'login.example.com', Status: 'FAILED' }] },
    ],
    ['user-verification', 'warning', true, { mfa: { WebAuthnConfiguration: { RelyingPartyId: 'example.com' } } }],
    ['user-verification', 'warning', true, {}, { userVerification: 'preferred' }],
    ['factor-configuration', 'problem', true, { mfa: { MfaConfiguration: 'ON' } }],
    ['factor-configuration', 'warning', true, { mfa: { MfaConfiguration: 'OPTIONAL' } }],
    ['first-factors', 'problem', true, { pool: factors('PASSWORD') }],
    ['first-factors', 'problem', true, { pool: { Policies: {} } }],
    ['first-factors', 'problem', true, {}, { enforcePasskeys: true }],
    ['first-factors', 'ok', false, { pool: factors('EMAIL_OTP', 'WEB_AUTHN') }, { enforcePasskeys: true }],
    ['first-factors', 'problem', false, { mfa: { MfaConfiguration: 'ON' } }, { enforcePasskeys: true }],
    ['client-secret', 'problem', false, { client: { hasSecret: true } }],
    ['choice-based-sign-in', 'problem', true, flows(REFRESH)],
    ['password-flows', 'warning', true, flows('ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', REFRESH)],
    [
      'password-flows',
      'problem',
      true,
      flows('ALLOW_USER_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'),
      { enforcePasskeys: true },
    ],
    ['password-flows', 'ok', false, flows('ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH'), { passwordFlows: 'keep' }],
    ['password-flows', 'problem', true, flows('ALLOW_USER_SRP_AUTH'), { passwordFlows: 'keep', enforcePasskeys: true }],
    ['password-flows', 'warning', true, { client: { ExplicitAuthFlows: undefined } }],
    ['custom-challenge', 'warning', true, flows('ALLOW_USER_AUTH', 'ALLOW_CUSTOM_AUTH', REFRESH)],
    ['custom-challenge', 'warning', false, { pool: { LambdaConfig: { DefineAuthChallenge: ARN } } }],
    ['other-clients', 'ok', false, { otherClients: [{ ClientId: 'web', hasSecret: true }] }],
    [
      'other-clients',
      'problem',
      false,
      { otherClients: [{ ClientId: 'web', hasSecret: true }] },
      { enforcePasskeys: true },
    ],
    [
      'other-clients',
      'warning',
      false,
      {
        otherClients: [{ ClientId: 'web', hasSecret: true }],
        pool: { LambdaConfig: { PreAuthentication: ARN, PreTokenGeneration: ARN } },
      },
      { enforcePasskeys: true },
    ],
    [
      'other-clients',
      'problem',
      false,
      { otherClients: [{ ClientId: 'web', hasSecret: true }], pool: { LambdaConfig: { PreAuthentication: ARN } } },
      { enforcePasskeys: true },
    ],
    [
      'other-clients',
      'problem',
      false,
      { otherClients: [{ ClientId: 'web', hasSecret: true, ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] }] },
      { enforcePasskeys: true },
    ],
    [
      'other-clients',
      'ok',
      false,
      { otherClients: [{ ClientId: 'web', hasSecret: true, ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] }] },
    ],
    ['session-validity', 'warning', true, { client: { AuthSessionValidity: undefined } }],
    ['session-validity', 'ok', false, { client: { AuthSessionValidity: 5 } }, { authSessionMinutes: 5 }],
    ['user-existence', 'problem', true, { client: { PreventUserExistenceErrors: 'LEGACY' } }],
    ['user-existence', 'problem', true, { client: { PreventUserExistenceErrors: undefined } }],
    ['token-revocation', 'warning', true, { client: { EnableTokenRevocation: false } }],
    ['token-refresh', 'problem', true, flows('ALLOW_USER_AUTH')],
    [
      'token-refresh',
      'ok',
      false,
      { client: { RefreshTokenRotation: { Feature: 'ENABLED' }, ExplicitAuthFlows: ['ALLOW_USER_AUTH'] } },
    ],
    ['token-refresh', 'warning', true, {}, { refreshTokenRotation: 'on' }],
    ['triggers', 'problem', true, {}, { triggers: { PreSignUp: ARN } }],
    ['triggers', 'ok', false, { pool: { LambdaConfig: { PreSignUp: ARN } } }, { triggers: { PreSignUp: ARN } }],
    ['passkey-only-trigger', 'warning', false, {}, { enforcePasskeys: true }],
    [
      'passkey-only-trigger',
      'warning',
      false,
      { pool: { LambdaConfig: { PreTokenGeneration: ARN } } },
      { enforcePasskeys: true },
    ],
    [
      'passkey-only-trigger',
      'warning',
      false,
      { pool: { LambdaConfig: { PreAuthentication: ARN } } },
      { enforcePasskeys: true },
    ],
    [
      'passkey-only-trigger',
      'ok',
      false,
      {
        pool: {
          LambdaConfig: {
            PreAuthentication: ARN,
            PreTokenGenerationConfig: { LambdaArn: ARN, LambdaVersion: 'V2_0' },
          },
        },
      },
      { enforcePasskeys: true },
    ],
    ['sign-up', 'warning', false, { pool: { AdminCreateUserConfig: {} } }],
    ['sign-up', 'ok', false, { pool: { AdminCreateUserConfig: {}, LambdaConfig: { PreSignUp: ARN } } }],
    ['sign-up', 'problem', true, { pool: { AdminCreateUserConfig: {} } }, { signUp: 'admin-only' }],
    ['email', 'warning', false, { pool: { EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' } } }],
    ['email', 'problem', false, { pool: { EmailConfigurationFailure: 'no role' } }],
    [
      'sms',
      'unknown',
      false,
      { pool: { ...factors('SMS_OTP', 'WEB_AUTHN'), SmsConfiguration: { SnsCallerArn: ARN } } },
    ],
    ['sms', 'problem', false, { pool: { AutoVerifiedAttributes: ['phone_number'] } }],
    ['sms', 'problem', false, { mfa: { MfaConfiguration: 'ON', SmsMfaConfiguration: {} } }],
    ['deletion-protection', 'warning', true, { pool: { DeletionProtection: 'INACTIVE' } }],
    ['deletion-protection', 'ok', false, { pool: { DeletionProtection: 'INACTIVE' } }, { deletionProtection: false }],
  ])('%s: %s (mended from here: %s) of %j wanting %j', (id, state, automatic, parts, wish) => {
    const found = line(id, parts, wish);
    expect(found).toMatchObject({ state, automatic });
    // Whoever reads that something is not in order also reads what to do about it.
    expect(found.fix !== undefined).toBe(state !== 'ok');
  });

  it('says that the sandbox for SMS cannot be seen, and offers e-mail', () => {
    const { found, fix } = line('sms', {
      pool: { ...factors('SMS_OTP', 'WEB_AUTHN'), SmsConfiguration: { SnsCallerArn: ARN } },
    });
    expect(found).toContain('cannot be seen from here');
    expect(fix).toContain('use e-mail');
  });
});

/** The parts of a pool after what a plan does. */
async function planned(parts: Parts, wish: Wish = {}) {
  const plan = await planFor(snapshotOf(parts), DesiredPool.parse(wish));
  const value = <T>(look: { isSeen: true; value: T } | { isSeen: false }) => (look.isSeen ? look.value : undefined);
  return { plan, pool: value(plan.after.pool), mfa: value(plan.after.mfa), client: value(plan.after.client) };
}

describe('a plan', () => {
  it('is empty for a pool that is set up well', async () => {
    expect((await planned({})).plan).toMatchObject({ calls: [], needs: [], unread: [] });
  });

  it('leaves nothing that can be mended, whatever the pool and the wish', async () => {
    const wishes: Wish[] = [{}, { enforcePasskeys: true }, { refreshTokenRotation: 'on', signUp: 'admin-only' }];
    const tiers = ['LITE', 'ESSENTIALS'] as const;
    for (const wish of wishes)
      for (const UserPoolTier of tiers)
        for (const MfaConfiguration of ['OFF', 'OPTIONAL', 'ON'] as const)
          for (const ExplicitAuthFlows of [
            undefined,
            [],
            ['ADMIN_NO_SRP_AUTH'],
            ['ALLOW_CUSTOM_AUTH', REFRESH],
          ] as const) {
            const parts: Parts = {
              pool: {
                UserPoolTier,
                Domain: 'desk',
                Policies: {},
                AdminCreateUserConfig: {},
                DeletionProtection: 'INACTIVE',
              },
              mfa: { MfaConfiguration, WebAuthnConfiguration: undefined },
              client: {
                ExplicitAuthFlows: ExplicitAuthFlows && [...ExplicitAuthFlows],
                AuthSessionValidity: 3,
                EnableTokenRevocation: false,
                PreventUserExistenceErrors: 'LEGACY',
              },
            };
            const { plan } = await planned(parts, wish);
            const left = checkPool(plan.after, DesiredPool.parse(wish)).filter(({ automatic }) => automatic);
            expect(left).toEqual([]);
          }
  });

  it('makes the RP ID explicit as it is implied, which loses no passkey', async () => {
    const { plan, mfa } = await planned({ mfa: rpId(), pool: { Domain: 'desk' } });
    expect(mfa?.WebAuthnConfiguration?.RelyingPartyId).toBe('desk.auth.eu-west-1.amazoncognito.com');
    expect(plan.needs).toEqual([]);
  });

  it('needs a yes for an RP ID that loses the passkeys there are, set or implied', async () => {
    expect((await planned({}, { rpId: 'other.example.com' })).plan.needs).toEqual(['orphan-passkeys']);
    const implied: Parts = { mfa: rpId(), pool: { CustomDomain: 'login.example.com' } };
    expect((await planned(implied, { rpId: 'example.com' })).plan.needs).toEqual(['orphan-passkeys']);
  });

  it('offers e-mail codes beside passkeys where no password is wanted, and a password where MFA allows no code', async () => {
    const offered = async (parts: Parts, wish: Wish) =>
      (await planned(parts, wish)).pool?.Policies?.SignInPolicy?.AllowedFirstAuthFactors;
    expect(await offered({}, { enforcePasskeys: true })).toEqual(['WEB_AUTHN', 'EMAIL_OTP']);
    expect(await offered({ pool: factors('WEB_AUTHN', 'PASSWORD', 'SMS_OTP') }, { enforcePasskeys: true })).toEqual([
      'WEB_AUTHN',
      'SMS_OTP',
    ]);
    expect(await offered({ mfa: { MfaConfiguration: 'ON' } }, { enforcePasskeys: true })).toEqual([
      'PASSWORD',
      'WEB_AUTHN',
    ]);
  });

  it('never keeps the refresh flow beside rotation: the service refuses both together', async () => {
    const { client } = await planned({}, { refreshTokenRotation: 'on' });
    expect(client?.ExplicitAuthFlows).toEqual(['ALLOW_USER_AUTH']);
    expect(client?.RefreshTokenRotation).toEqual({ Feature: 'ENABLED', RetryGracePeriodSeconds: 10 });
  });

  it('keeps the other triggers', async () => {
    const { pool } = await planned(
      { pool: { LambdaConfig: { PostConfirmation: ARN } } },
      { triggers: { PreSignUp: ARN } },
    );
    expect(pool?.LambdaConfig).toEqual({ PostConfirmation: ARN, PreSignUp: ARN });
  });

  it('orders its calls: out of Lite, then MFA, then the pool, then the client', async () => {
    const operations = async (parts: Parts) => (await planned(parts)).plan.calls.map(({ operation }) => operation);
    const lite: UserPoolType = { ...factors('PASSWORD'), UserPoolTier: 'LITE' };
    const on: MfaConfig = { ...rpId('example.com'), MfaConfiguration: 'ON' };
    expect(await operations({ pool: lite, mfa: on, client: { AuthSessionValidity: 3 } })).toEqual([
      'UpdateUserPool',
      'SetUserPoolMfaConfig',
      'UpdateUserPool',
      'UpdateUserPoolClient',
    ]);
    expect(await operations({ pool: lite })).toEqual(['UpdateUserPool']);
    expect(await operations({ pool: factors('PASSWORD'), mfa: on })).toEqual([
      'SetUserPoolMfaConfig',
      'UpdateUserPool',
    ]);
  });

  it('has another name for another pool, another wish, and the same for the same', async () => {
    const ids = await Promise.all([
      planned({ pool: factors('PASSWORD') }),
      planned({ pool: factors('PASSWORD') }),
      planned({ pool: { ...factors('PASSWORD'), UserPoolTags: { a: 'b' } } }),
      planned({ pool: factors('PASSWORD') }, { authSessionMinutes: 3, userVerification: 'preferred' }),
    ]);
    const [first, again, ...others] = ids.map(({ plan: { id } }) => id);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('does not mind the order of names, nor what moves by itself', async () => {
    const one = await planned({ pool: { ...factors('PASSWORD', 'EMAIL_OTP'), EstimatedNumberOfUsers: 1 } });
    const other = await planned({ pool: { ...factors('EMAIL_OTP', 'PASSWORD'), EstimatedNumberOfUsers: 2 } });
    expect(one.plan.calls).toHaveLength(1);
    expect(other.plan.id).toBe(one.plan.id);
  });
});
