import { AdminGetUserAuthFactorsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { PasskeyOnly } from '../../src/triggers/passkey-only.js';
import { preAuthentication } from '../../src/triggers/pre-authentication.js';
import { FUNCTION_ARN } from './functions.js';
import { PoolUnderTest } from './people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const PASSWORD_CLIENT = 'passwordclient';
const PASSWORD = 'Correct-horse-1';

/** Keydesk's own trigger in the local pool, asking that pool for people's factors. */
describe('passkey only', () => {
  let t: PoolUnderTest;
  beforeAll(async () => {
    const clients = { passkey: [] as string[], password: [PASSWORD_CLIENT], helpdesk: [] };
    const rule: PasskeyOnly = {
      clients,
      passwordIsFirstFactor: false,
      authFactorsOf: async (Username) => {
        const command = new AdminGetUserAuthFactorsCommand({ UserPoolId: t.pool.userPoolId, Username });
        return (await t.sdk.send(command)).ConfiguredUserAuthFactors;
      },
    };
    t = await PoolUnderTest.start({
      otherClientIds: [PASSWORD_CLIENT],
      functions: { gate: preAuthentication(rule) },
      userPool: { LambdaConfig: { PreAuthentication: FUNCTION_ARN('gate') } },
    });
    clients.passkey.push(t.pool.clientId);
  });
  afterAll(() => t.stop());

  const byPassword = (username: string) =>
    t.initiate(username, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD }, 'USER_AUTH', PASSWORD_CLIENT);

  it('lets in by password who has no passkey, and by passkey who has one', async () => {
    await t.addUser('ann');
    expect((await byPassword('ann')).AuthenticationResult).toBeDefined();
    const { key } = await t.enrolled('bob');
    await expect(byPassword('bob')).rejects.toMatchObject({ name: 'UserLambdaValidationException' });
    await t.signInWithKey('bob', key);
  });

  it('fails closed where factors cannot be known', async () => {
    await expect(byPassword('nobody')).rejects.toMatchObject({ name: 'UserLambdaValidationException' });
  });
});
