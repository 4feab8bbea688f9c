import { SetUserPoolMfaConfigCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, it, vi } from 'vitest';

import { administer, type Administration } from '../../../src/cognito/admin/administration.js';
import { applyPlan } from '../../../src/cognito/admin/apply-plan.js';
import { changesBetween } from '../../../src/cognito/admin/changes.js';
import { checkPool } from '../../../src/cognito/admin/check-pool.js';
import { planFor } from '../../../src/cognito/admin/plan.js';
import { readPool } from '../../../src/cognito/admin/read-pool.js';
import { DesiredPool } from '../../../src/shared/desired-pool.js';
import type { PoolUnderTest } from '../../pool/people.js';
import { dump, poolWithMistakes, PRE_SIGN_UP } from './pool-with-mistakes.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const desired = DesiredPool.parse({ rpId: 'desk.example.com', triggers: { PreSignUp: PRE_SIGN_UP } });

let t: PoolUnderTest;
afterEach(() => t.stop());

async function administered(): Promise<{ way: Administration; options: { clientId: string } }> {
  t = await poolWithMistakes();
  const { region, userPoolId, endpoint, adminKey: credentials, clientId } = t.pool;
  return { way: administer({ region, userPoolId, endpoint, credentials }), options: { clientId } };
}

it('finds ten seeded mistakes, mends them all, and changes nothing else', async () => {
  const { way, options } = await administered();
  const before = await dump(t);

  const snapshot = await readPool(way, options);
  const findings = checkPool(snapshot, desired);
  const wrong = findings.filter(({ automatic }) => automatic).map(({ id }) => id);
  expect(wrong).toEqual([
    'plan-tier',
    'relying-party',
    'user-verification',
    'factor-configuration',
    'first-factors',
    'choice-based-sign-in',
    'password-flows',
    'session-validity',
    'user-existence',
    'token-revocation',
    'triggers',
    'deletion-protection',
  ]);

  const plan = await planFor(snapshot, desired);
  expect(plan.needs).toEqual(['accept-costs']);
  expect(plan.mayLose).toEqual([]);
  expect(plan.calls.map(({ operation }) => operation)).toEqual([
    'UpdateUserPool',
    'SetUserPoolMfaConfig',
    'UpdateUserPool',
    'UpdateUserPoolClient',
  ]);
  const applied = await applyPlan(way, plan, { ...options, consents: ['accept-costs'] });
  expect(applied.failure).toBeUndefined();
  expect(applied.differences).toEqual([]);

  const after = await dump(t);
  const changes = changesBetween(before, after).filter(({ path }) => !path.endsWith('LastModifiedDate'));
  expect(Object.fromEntries(changes.map(({ path, to }) => [path, to]))).toEqual({
    'pool.UserPoolTier': 'ESSENTIALS',
    'pool.Policies.SignInPolicy.AllowedFirstAuthFactors': ['PASSWORD', 'WEB_AUTHN'],
    'pool.LambdaConfig.PreSignUp': PRE_SIGN_UP,
    'pool.DeletionProtection': 'ACTIVE',
    'mfa.WebAuthnConfiguration.RelyingPartyId': 'desk.example.com',
    'mfa.WebAuthnConfiguration.UserVerification': 'required',
    'mfa.WebAuthnConfiguration.FactorConfiguration': 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    'client.ExplicitAuthFlows': ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_AUTH'],
    'client.AuthSessionValidity': 15,
    'client.PreventUserExistenceErrors': 'ENABLED',
    'client.EnableTokenRevocation': true,
  });

  const again = await readPool(way, options);
  expect(checkPool(again, desired).filter(({ automatic }) => automatic)).toEqual([]);
  expect((await planFor(again, desired)).calls).toEqual([]);
});

it('makes nothing of an authenticator app that is off, whether the pool goes on telling of it or not', async () => {
  const { way, options } = await administered();
  const { userPoolId: UserPoolId } = t.pool;
  const SoftwareTokenMfaConfiguration = { Enabled: false };
  await t.sdk.send(new SetUserPoolMfaConfigCommand({ UserPoolId, SoftwareTokenMfaConfiguration }));
  const before = await dump(t);
  expect(before.mfa).toMatchObject({ MfaConfiguration: 'OFF', SoftwareTokenMfaConfiguration });

  const plan = await planFor(await readPool(way, options), desired);
  expect(plan.mayLose).toEqual([]);
  const applied = await applyPlan(way, plan, { ...options, consents: ['accept-costs'] });
  expect(applied).toMatchObject({ failure: undefined, differences: [], lost: [] });
  expect((await dump(t)).mfa).not.toHaveProperty('SoftwareTokenMfaConfiguration');
});
