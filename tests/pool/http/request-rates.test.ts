import {
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  GetUserPoolMfaConfigCommand,
  ListGroupsCommand,
  ListWebAuthnCredentialsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { REQUEST_RATES, RequestRates } from '../../../src/pool/http/request-rates.js';
import { operations } from '../../../src/pool/operations.js';
import { PoolUnderTest } from '../people.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOO_MANY = { name: 'TooManyRequestsException', message: 'Rate exceeded' };

describe('request rates', () => {
  /** How many of a hundred requests get through. */
  function passing(rates: RequestRates, operation: string): number {
    let passed = 0;
    for (let times = 0; times < 400; times += 1) {
      try {
        rates.count(operation);
        passed += 1;
      } catch (error) {
        expect(error).toMatchObject(TOO_MANY);
      }
    }
    return passed;
  }

  it('are those of the service, and come back with time', () => {
    let time = 1_000_000;
    const rates = new RequestRates(REQUEST_RATES, () => time);
    expect(passing(rates, 'ListUsers')).toBe(30);
    // One category, whatever the operation.
    expect(passing(rates, 'ListUsersInGroup')).toBe(0);
    expect(passing(rates, 'AdminGetUser')).toBe(120);
    expect(passing(rates, 'RespondToAuthChallenge')).toBe(360);
    time += 100;
    expect(passing(rates, 'ListUsers')).toBe(3);
    time += 60_000;
    expect(passing(rates, 'ListUsers')).toBe(30);
    // A clock that was set back takes nothing away and gives nothing.
    time -= 60_000;
    expect(passing(rates, 'ListUsers')).toBe(0);
  });

  it('of settings count each operation by itself as well', () => {
    const rates = new RequestRates(REQUEST_RATES, () => 0);
    for (const operation of ['GetGroup', 'ListGroups', 'GetUserPoolMfaConfig', 'DescribeUserPoolDomain'])
      expect(passing(rates, operation)).toBe(5);
    expect(passing(rates, 'ListTagsForResource')).toBe(0);
  });

  it('leave out what no category lists', () => {
    expect(passing(new RequestRates(REQUEST_RATES, () => 0), 'StartWebAuthnRegistration')).toBe(400);
  });

  it('know every signed operation of the pool', () => {
    const rates = new RequestRates(REQUEST_RATES, () => 0);
    for (const [name, { access }] of operations)
      if (access === 'signed') expect(passing(rates, name)).toBeLessThan(400);
  });
});

describe('a pool', () => {
  let t: PoolUnderTest;
  afterEach(() => t.stop());

  it('refuses requests beyond the rate, until time has passed', async () => {
    t = await PoolUnderTest.start({ requestRates: { UserRead: 2, UserPoolResourceRead: 20 } });
    const { userPoolId: UserPoolId } = t.pool;
    const read = () => t.sdk.send(new AdminGetUserCommand({ UserPoolId, Username: 'ana' }));
    await read();
    await read();
    await expect(read()).rejects.toMatchObject(TOO_MANY);
    t.pass(500);
    await read();
    for (let times = 0; times < 5; times += 1) await t.sdk.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
    await expect(t.sdk.send(new GetUserPoolMfaConfigCommand({ UserPoolId }))).rejects.toMatchObject(TOO_MANY);
    await t.sdk.send(new ListGroupsCommand({ UserPoolId }));
  });

  it('changes nothing for a request that it refuses', async () => {
    t = await PoolUnderTest.start({ requestRates: { UserUpdate: 1 } });
    const name = (Value: string) =>
      t.sdk.send(
        new AdminUpdateUserAttributesCommand({
          UserPoolId: t.pool.userPoolId,
          Username: 'ana',
          UserAttributes: [{ Name: 'name', Value }],
        }),
      );
    await name('Ana');
    await expect(name('Other')).rejects.toMatchObject(TOO_MANY);
    const user = await t.sdk.send(new AdminGetUserCommand({ UserPoolId: t.pool.userPoolId, Username: 'ana' }));
    expect(user.UserAttributes).toContainEqual({ Name: 'name', Value: 'Ana' });
    // Reading passkeys is in no category.
    const { accessToken } = await t.signInWithPassword('ana', 'Practice-ana-1');
    await t.sdk.send(new ListWebAuthnCredentialsCommand({ AccessToken: accessToken }));
  });
});
