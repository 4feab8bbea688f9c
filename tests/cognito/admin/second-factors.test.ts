import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SetUserPoolMfaConfigCommand, UpdateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { administer } from '../../../src/cognito/admin/administration.js';
import { type Applied, applyPlan } from '../../../src/cognito/admin/apply-plan.js';
import { type Plan, planFor } from '../../../src/cognito/admin/plan.js';
import { readPool } from '../../../src/cognito/admin/read-pool.js';
import { DesiredPool } from '../../../src/shared/desired-pool.js';
import type { PoolUnderTest } from '../../pool/people.js';
import { carrier, type Instead, settingsFor } from './carrier.js';
import { poolWithIdleMfa, REMEMBERED } from './pool-with-idle-mfa.js';
import { dump } from './pool-with-mistakes.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const desired = DesiredPool.parse({ rpId: 'desk.example.com' });
const MAY_LOSE = [
  { path: 'SmsMfaConfiguration', from: REMEMBERED.SmsMfaConfiguration, to: undefined },
  { path: 'SoftwareTokenMfaConfiguration', from: REMEMBERED.SoftwareTokenMfaConfiguration, to: undefined },
];
const ALL_LOST = MAY_LOSE.map((loss) => ({ ...loss, path: `mfa.${loss.path}` }));

let folder: string;
let t: PoolUnderTest;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keydesk-idle-mfa-'));
  return () => rm(folder, { recursive: true });
});
afterEach(() => t.stop());

type Memory = (operation: string) => object | undefined;

/** A service that keeps all that it told of second factors, up to a call after which it tells what is left. */
function keeping(left: object = REMEMBERED, after?: string): Memory {
  let told: object = REMEMBERED;
  return (operation) => {
    if (operation === after) told = left;
    return operation === 'GetUserPoolMfaConfig' ? told : undefined;
  };
}

/** The local pool as it is, but for its memory. */
const remembering = (memory: Memory) =>
  carrier((operation): Instead | undefined => {
    const told = memory(operation);
    if (!told) return undefined;
    const nothing = Object.fromEntries(Object.keys(REMEMBERED).map((name) => [name, undefined]));
    return { alter: (answer) => Object.assign(answer, nothing, told) };
  });

const operations = (calls: readonly { operation: string }[]) => calls.map(({ operation }) => operation);

async function setUp(memory: Memory): Promise<{ plan: Plan; applied: Applied }> {
  const way = administer(settingsFor(t.pool, remembering(memory)));
  const options = { clientId: t.pool.clientId };
  const plan = await planFor(await readPool(way, options), desired);
  return { plan, applied: await applyPlan(way, plan, { ...options, consents: ['accept-costs'] }) };
}

const ORDER = {
  LITE: ['UpdateUserPool', 'SetUserPoolMfaConfig', 'UpdateUserPool', 'UpdateUserPoolClient'],
  ESSENTIALS: ['SetUserPoolMfaConfig', 'UpdateUserPool', 'UpdateUserPoolClient'],
} as const;

describe.each(['LITE', 'ESSENTIALS'] as const)('second factors that are told of while MFA is off, on %s', (tier) => {
  beforeEach(async () => {
    t = await poolWithIdleMfa(folder, tier);
  });

  const onlyTexts = { SmsMfaConfiguration: { SmsConfiguration: REMEMBERED.SmsMfaConfiguration.SmsConfiguration } };
  it.each<[string, () => Memory, unknown]>([
    ['forgets them with the MFA settings, as the local pool does', () => () => undefined, ALL_LOST],
    ['keeps them', () => keeping(), []],
    ['forgets them with the settings of the pool', () => keeping({}, 'UpdateUserPool'), ALL_LOST],
    [
      'forgets some, and turns others off',
      () => keeping({ ...onlyTexts, SoftwareTokenMfaConfiguration: { Enabled: false } }, 'SetUserPoolMfaConfig'),
      [
        { path: 'mfa.SmsMfaConfiguration.SmsAuthenticationMessage', from: 'Your code is {####}', to: undefined },
        ALL_LOST[1],
      ],
    ],
  ])('may be lost, says the plan, and all is well where the service %s', async (_, memory, lost) => {
    const { plan, applied } = await setUp(memory());
    expect(plan.mayLose).toEqual(MAY_LOSE);
    expect(applied).toMatchObject({ failure: undefined, differences: [], lost });
    expect(operations(applied.done)).toEqual(ORDER[tier]);
  });

  it('are no loss of the plan’s where they change into something else', async () => {
    const SnsCallerArn = 'arn:aws:iam::000000000000:role/of-another';
    const changed = { ...REMEMBERED, SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn } } };
    const { applied } = await setUp(keeping(changed, 'UpdateUserPoolClient'));
    expect(applied.differences).toEqual([
      {
        path: 'mfa.SmsMfaConfiguration.SmsConfiguration.SnsCallerArn',
        from: REMEMBERED.SmsMfaConfiguration.SmsConfiguration.SnsCallerArn,
        to: SnsCallerArn,
      },
    ]);
  });
});

describe('on Essentials', () => {
  beforeEach(async () => {
    t = await poolWithIdleMfa(folder, 'ESSENTIALS');
  });

  it('what is gone before anything was written is somebody else’s change', async () => {
    let asked = 0;
    const before = await dump(t);
    const { applied } = await setUp((operation) => {
      if (operation !== 'GetUserPoolMfaConfig') return undefined;
      asked += 1;
      return asked === 1 ? REMEMBERED : {};
    });
    expect(applied.failure).toMatchObject({ code: 'changed', detail: Object.keys(REMEMBERED).join(', ') });
    expect(applied).toMatchObject({ done: [], differences: [], lost: [] });
    expect(await dump(t)).toEqual(before);
  });

  describe('where MFA and passkeys are set right already', () => {
    beforeEach(async () => {
      const WebAuthnConfiguration = { RelyingPartyId: 'desk.example.com', UserVerification: 'required' } as const;
      const input = { UserPoolId: t.pool.userPoolId, WebAuthnConfiguration };
      await t.sdk.send(new SetUserPoolMfaConfigCommand(input));
    });

    it.each<[string, Memory, unknown]>([
      ['keeps', keeping(), []],
      ['forgets', keeping({}, 'UpdateUserPool'), ALL_LOST],
    ])('an update of the pool alone may lose them, and %s them', async (_, memory, lost) => {
      const { plan, applied } = await setUp(memory);
      expect(operations(plan.calls)).toEqual(['UpdateUserPool', 'UpdateUserPoolClient']);
      expect(plan.mayLose).toEqual(MAY_LOSE);
      expect(applied).toMatchObject({ failure: undefined, differences: [], lost });
    });

    it('an update of the app client has nothing to do with them', async () => {
      await setUp(keeping());
      const { userPoolId: UserPoolId, clientId: ClientId } = t.pool;
      await t.sdk.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, AuthSessionValidity: 3 }));
      const { plan, applied } = await setUp(keeping({}, 'UpdateUserPoolClient'));
      expect(operations(plan.calls)).toEqual(['UpdateUserPoolClient']);
      expect(plan.mayLose).toEqual([]);
      expect(applied).toMatchObject({ differences: ALL_LOST, lost: [] });
    });
  });
});

it('are kept by the local pool when an update says nothing of MFA', async () => {
  t = await poolWithIdleMfa(folder, 'ESSENTIALS');
  const wish = DesiredPool.parse({ userVerification: 'preferred' });
  const { region, userPoolId, endpoint, adminKey: credentials, clientId } = t.pool;
  const way = administer({ region, userPoolId, endpoint, credentials });
  const plan = await planFor(await readPool(way, { clientId }), wish);
  expect(operations(plan.calls)).toEqual(['UpdateUserPool', 'UpdateUserPoolClient']);
  const applied = await applyPlan(way, plan, { clientId, consents: [] });
  expect(applied).toMatchObject({ failure: undefined, differences: [], lost: [] });
  expect((await dump(t)).mfa).toMatchObject(REMEMBERED);
});
