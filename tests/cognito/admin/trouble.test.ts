import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { administer } from '../../../src/cognito/admin/administration.js';
import { type Applied, applyPlan } from '../../../src/cognito/admin/apply-plan.js';
import { checkPool } from '../../../src/cognito/admin/check-pool.js';
import { type Plan, planFor } from '../../../src/cognito/admin/plan.js';
import { readPool } from '../../../src/cognito/admin/read-pool.js';
import { SetupError } from '../../../src/cognito/admin/setup-error.js';
import { CognitoError } from '../../../src/cognito/errors.js';
import { DesiredPool } from '../../../src/shared/desired-pool.js';
import type { PoolUnderTest } from '../../pool/people.js';
import { carrier, type Instead, settingsFor } from './carrier.js';
import { dump, poolWithMistakes } from './pool-with-mistakes.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const READS = [
  'DescribeUserPool',
  'GetUserPoolMfaConfig',
  'ListUserPoolClients',
  'DescribeUserPoolClient',
  'DescribeUserPoolDomain',
];
const WRITES = ['UpdateUserPool', 'SetUserPoolMfaConfig', 'UpdateUserPoolClient'];
const desired = DesiredPool.parse({ rpId: 'desk.example.com' });
const consents = ['accept-costs'] as const;

let t: PoolUnderTest;
beforeEach(async () => {
  t = await poolWithMistakes();
});
afterEach(() => t.stop());

/** Reads, plans and applies over a network that answers so. */
async function setUp(instead: (operation: string, time: number) => Instead | undefined) {
  const network = carrier(instead);
  const way = administer(settingsFor(t.pool, network));
  const options = { clientId: t.pool.clientId };
  const plan = await planFor(await readPool(way, options), desired);
  const applied = await applyPlan(way, plan, { ...options, consents });
  return { plan, applied, asked: network.asked };
}

const operations = ({ done }: Pick<Applied, 'done'>) => done.map(({ operation }) => operation);
const planned = ({ calls }: Plan) => calls.map(({ operation }) => operation);

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => new Error('It succeeded'),
    (reason: unknown) => reason,
  );
}

describe('too many requests', () => {
  it.each([...READS.slice(0, 4), ...WRITES])('at %s, twice: it goes on, and ends well', async (busy) => {
    const { plan, applied, asked } = await setUp((operation, time) =>
      operation === busy && time <= 2 ? { refuse: 'TooManyRequestsException' } : undefined,
    );
    expect(applied).toMatchObject({ failure: undefined, differences: [] });
    expect(operations(applied)).toEqual(planned(plan));
    expect(asked.filter((operation) => operation === busy).length).toBeGreaterThan(2);
  });

  it('at DescribeUserPoolDomain, twice: it goes on, and ends well', async () => {
    const network = carrier((operation, time) => {
      if (operation === 'DescribeUserPool')
        return { alter: ({ UserPool }) => Object.assign(UserPool as object, { Domain: 'desk' }) };
      return operation === 'DescribeUserPoolDomain' && time <= 2 ? { refuse: 'TooManyRequestsException' } : undefined;
    });
    const { domains } = await readPool(administer(settingsFor(t.pool, network)));
    expect(domains.isSeen).toBe(true);
    expect(network.asked.filter((operation) => operation === 'DescribeUserPoolDomain')).toHaveLength(3);
  });

  it('without end: it stops, says so, and tells what was done', async () => {
    const { applied } = await setUp((operation) =>
      operation === 'UpdateUserPoolClient' ? { refuse: 'TooManyRequestsException' } : undefined,
    );
    expect(applied.failure).toMatchObject({ code: 'too-many-requests' });
    expect(operations(applied)).toEqual(['UpdateUserPool', 'SetUserPoolMfaConfig', 'UpdateUserPool']);
    expect(applied.differences).toEqual([]);
  });
});

describe('access denied', () => {
  const denied: Instead = { refuse: 'AccessDeniedException', message: 'not authorized to perform: cognito-idp:X' };
  const lines: Readonly<Record<string, { unknown: string[]; known: string[] }>> = {
    DescribeUserPool: { unknown: ['plan-tier', 'relying-party', 'first-factors'], known: ['user-verification'] },
    GetUserPoolMfaConfig: { unknown: ['user-verification', 'first-factors'], known: ['plan-tier', 'sign-up'] },
    ListUserPoolClients: { unknown: ['other-clients'], known: ['choice-based-sign-in', 'plan-tier'] },
    DescribeUserPoolClient: { unknown: ['choice-based-sign-in', 'other-clients'], known: ['plan-tier'] },
  };

  it.each(Object.entries(lines))('to %s: those lines are unknown, the others are told', async (operation, expected) => {
    const network = carrier((asked) => (asked === operation ? denied : undefined));
    const way = administer(settingsFor(t.pool, network));
    const findings = checkPool(await readPool(way, { clientId: t.pool.clientId }), desired);
    const line = (id: string) => findings.find((finding) => finding.id === id);
    for (const id of expected.unknown) {
      expect(line(id)).toMatchObject({ state: 'unknown', automatic: false });
      expect(line(id)?.found).toContain('cognito-idp:X');
    }
    for (const id of expected.known) expect(line(id)?.state).not.toBe('unknown');
  });

  it('to DescribeUserPoolDomain: only the line about it is unknown', async () => {
    const network = carrier((operation) => {
      if (operation === 'DescribeUserPoolDomain') return denied;
      if (operation !== 'DescribeUserPool') return undefined;
      return { alter: ({ UserPool }) => Object.assign(UserPool as object, { Domain: 'desk' }) };
    });
    const way = administer(settingsFor(t.pool, network));
    const findings = checkPool(await readPool(way, { clientId: t.pool.clientId }), desired);
    expect(findings.filter(({ state }) => state === 'unknown').map(({ id }) => id)).toEqual(['managed-login-domain']);
  });

  it.each(WRITES)('to %s: it stops there, and what was done before is told', async (operation) => {
    const { plan, applied } = await setUp((asked) => (asked === operation ? denied : undefined));
    expect(applied.failure).toMatchObject({ code: 'not-permitted', detail: denied.message });
    expect(operations(applied)).toEqual(planned(plan).slice(0, planned(plan).indexOf(operation as never)));
    expect(applied.differences).toEqual([]);
  });
});

describe('a service that is not as it seemed', () => {
  it('finds what somebody else changed between plan and call, and writes nothing more', async () => {
    const way = administer(
      settingsFor(
        t.pool,
        carrier(() => undefined),
      ),
    );
    const options = { clientId: t.pool.clientId };
    const plan = await planFor(await readPool(way, options), desired);
    await t.sdk.send(new UpdateUserPoolCommand({ UserPoolId: t.pool.userPoolId, UserPoolTags: { by: 'another' } }));
    const before = await dump(t);
    const applied = await applyPlan(way, plan, { ...options, consents });
    expect(applied.failure).toMatchObject({ code: 'changed' });
    expect(String(applied.failure)).toContain('UserPoolTags');
    expect(applied.done).toEqual([]);
    expect(await dump(t)).toEqual(before);
  });

  it('says loudly what changed besides', async () => {
    const { applied } = await setUp((operation, time) =>
      operation === 'DescribeUserPool' && time > 3
        ? { alter: ({ UserPool }) => Object.assign(UserPool as object, { SmsVerificationMessage: 'Changed {####}' }) }
        : undefined,
    );
    expect(applied.failure).toBeUndefined();
    expect(applied.differences).toEqual([
      { path: 'pool.SmsVerificationMessage', from: undefined, to: 'Changed {####}' },
    ]);
  });

  it('says when what was written is not so', async () => {
    const { applied } = await setUp((operation, time) =>
      operation === 'DescribeUserPoolClient' && time > 3
        ? { alter: ({ UserPoolClient }) => Object.assign(UserPoolClient as object, { AuthSessionValidity: 3 }) }
        : undefined,
    );
    expect(applied.differences).toContainEqual({ path: 'client.AuthSessionValidity', from: 15, to: 3 });
  });

  it('reads again after a call whose answer was lost, and tells that it was carried out', async () => {
    const { applied } = await setUp((operation) => (operation === 'UpdateUserPool' ? { cutAfter: true } : undefined));
    expect(applied.failure).toMatchObject({ code: 'network' });
    expect(applied.done).toEqual([]);
    expect(applied.differences).toEqual([{ path: 'pool.UserPoolTier', from: 'LITE', to: 'ESSENTIALS' }]);
  });

  it.each([
    ['DescribeUserPool', 'UserPool', 'FutureSetting', 'UserPool.FutureSetting'],
    ['DescribeUserPoolClient', 'UserPoolClient', 'Tomorrow', 'UserPoolClient.Tomorrow'],
  ])('writes nothing while %s tells of a setting that it does not know', async (operation, whole, member, path) => {
    const before = await dump(t);
    const call = setUp((asked) =>
      asked === operation
        ? { alter: (answer) => Object.assign(answer[whole] as object, { [member]: { On: true } }) }
        : undefined,
    );
    const error = await failure(call);
    expect(error).toBeInstanceOf(SetupError);
    expect(error).toMatchObject({ code: 'unread-members', detail: path });
    expect(await dump(t)).toEqual(before);
  });
});

describe('the way there', () => {
  const settings = () =>
    settingsFor(
      t.pool,
      carrier(() => undefined),
    );

  it('a pool that is not there', async () => {
    const way = administer({ ...settings(), userPoolId: 'local_other' });
    expect(await failure(readPool(way))).toMatchObject({ code: 'pool-not-found' });
  });

  it('a region that is not its own', async () => {
    const way = administer({ ...settings(), region: 'eu-west-1' });
    expect(await failure(readPool(way))).toMatchObject({ code: 'credentials-refused' });
  });

  it('a secret that is wrong, of which nothing is told', async () => {
    const credentials = { accessKeyId: t.pool.adminKey.accessKeyId, secretAccessKey: 'wrong-secret' };
    const error = await failure(readPool(administer({ ...settings(), credentials })));
    expect(error).toMatchObject({ code: 'credentials-refused' });
    expect(JSON.stringify(error)).not.toContain('wrong-secret');
  });

  it('a clock that is an hour late: the SDK sets its own by the answer, and the call is sent again', async () => {
    t.pass(3_600_000); // the pool's clock, and that of the test's own client
    const network = carrier((operation, time) =>
      operation === 'DescribeUserPool' && time === 1
        ? { refuse: 'InvalidSignatureException', headers: { date: new Date(t.now).toUTCString() } }
        : undefined,
    );
    const snapshot = await readPool(administer(settingsFor(t.pool, network)));
    expect(snapshot.pool.isSeen).toBe(true);
    expect(network.asked.filter((operation) => operation === 'DescribeUserPool')).toHaveLength(2);
  });

  it('a signature that is refused for ever is refused', async () => {
    const network = carrier(() => ({
      refuse: 'InvalidSignatureException',
      headers: { date: new Date(t.now + 3_600_000).toUTCString() },
    }));
    const error = await failure(readPool(administer(settingsFor(t.pool, network))));
    expect(error).toBeInstanceOf(CognitoError);
    expect(error).toMatchObject({ code: 'credentials-refused' });
  });
});
