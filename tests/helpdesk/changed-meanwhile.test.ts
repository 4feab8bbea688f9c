import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { CaseDesk } from '../../src/helpdesk/case-desk.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { TestKey } from '../pool/test-key.js';
import { HelpdeskPool, keyOf, type Staff, StationUnderTest } from './station.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let pool: HelpdeskPool;
let olga: Staff;
beforeAll(async () => {
  pool = await HelpdeskPool.start();
  olga = await pool.operator('olga');
});
afterAll(() => pool.stop());

const key = () => keyOf(olga);
const failing = (code: string) =>
  expect.objectContaining({ failure: expect.objectContaining({ code }) as object }) as object;

interface Work {
  readonly station: StationUnderTest;
  readonly desk: CaseDesk;
  readonly zoe: Staff;
}

/** What an operator does, one after the other. */
const RUNBOOK: readonly (readonly [string, (work: Work) => Promise<unknown>])[] = [
  ['make safe', ({ desk }) => desk.makeSafe({ disable: true, key: key() })],
  ['send the code', ({ desk }) => desk.sendCode({ key: key() })],
  ['answer the code', ({ desk }) => desk.answerCode(pool.t.lastCode())],
  ['list', ({ desk }) => desk.passkeys()],
  [
    'enrol',
    ({ desk, station }) =>
      desk.enrol({ make: station.make(new TestKey()), nickname: 'New', use: 'replacement' }, { key: key() }),
  ],
  ['delete', ({ desk, zoe }) => desk.deletePasskeys([zoe.key.id], { key: key() })],
];

/** A case that is worked on up to the step of that number. */
async function workUpTo(count: number): Promise<Work> {
  const folder = temporaryFolder();
  const station = new StationUnderTest(pool, folder);
  await station.helpdesk.signIn('olga', key());
  const zoe = await pool.person();
  const desk = await station.helpdesk.begin(await station.helpdesk.person(zoe.username), 'lost');
  const work = { station, desk, zoe };
  for (const [, act] of RUNBOOK.slice(0, count)) await act(work);
  return work;
}

const UserPoolId = () => pool.t.pool.userPoolId;
const remove = ({ username: Username }: Staff) =>
  pool.t.sdk.send(new AdminDeleteUserCommand({ UserPoolId: UserPoolId(), Username }));
const disable = ({ username: Username }: Staff) =>
  pool.t.sdk.send(new AdminDisableUserCommand({ UserPoolId: UserPoolId(), Username }));
const rename = ({ username: Username }: Staff) =>
  pool.t.sdk.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: UserPoolId(),
      Username,
      UserAttributes: [
        { Name: 'email', Value: `mallory-${Username}@example.com` },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );

const BEFORE = RUNBOOK.map(([name], index) => [name, index] as const);

describe('a person who is deleted before the operator comes to', () => {
  it.each([...BEFORE, ['the end', RUNBOOK.length] as const])(
    '%s: the next act says so, the case ends, and whoever has the name next is left alone',
    async (_, count) => {
      const { station, desk, zoe } = await workUpTo(count);
      await remove(zoe);
      const next = RUNBOOK[count];
      if (next) await expect(next[1]({ station, desk, zoe })).rejects.toThrow();
      const namesake = await pool.person(zoe.username);
      const { accessToken } = await pool.t.signInWithKey(namesake.username, namesake.key);
      const file = await station.helpdesk.end(desk.file.id, { key: key(), leavesUnsettled: true });
      expect(file.entries.at(-1)).toMatchObject({ step: 'end', note: 'The person is no longer in the pool.' });
      await pool.t.creationOptions(accessToken); // is signed in as before
      const { Enabled } = await pool.t.sdk.send(
        new AdminGetUserCommand({ UserPoolId: UserPoolId(), Username: zoe.username }),
      );
      expect(Enabled).toBe(true);
    },
  );

  it.each(BEFORE)('%s, in a program that is ended just then: somebody else ends the case', async (_, count) => {
    const { station, desk, zoe } = await workUpTo(count);
    await remove(zoe);
    station.isAlive = false;
    const other = new StationUnderTest(pool, station.folder);
    await other.helpdesk.signIn('olga', key());
    await other.helpdesk.resume(desk.file.id);
    const file = await other.helpdesk.end(desk.file.id, { key: key(), leavesUnsettled: true });
    expect(file.endedAt).toBeTypeOf('string');
  });

  it('is no reason for a case never to end, when the program was ended while it barred them', async () => {
    const { station, desk, zoe } = await workUpTo(0);
    const { audit, cases } = station.options;
    const append = audit.append.bind(audit);
    Object.assign(audit, {
      append: (event: Parameters<typeof append>[0]) => {
        if (event.action === 'person.disable' && event.result === 'done') station.isAlive = false;
        return append(event);
      },
    });
    await expect(desk.makeSafe({ disable: true, key: key() })).rejects.toThrow();
    expect((await cases.get(desk.file.id)).entries.at(-1)).toMatchObject({ step: 'disable', phase: 'begun' });
    await remove(zoe);
    const other = new StationUnderTest(pool, station.folder, { audit: station.audit });
    await other.helpdesk.signIn('olga', key());
    await other.helpdesk.resume(desk.file.id);
    await other.helpdesk.end(desk.file.id, { key: key() });
    // The log has an end for what it has a beginning of.
    expect(other.audit.filter(({ action }) => action === 'person.disable').map(({ result }) => result)).toEqual([
      'begun',
      'failed',
    ]);
  });
});

describe('a person whom somebody else disables before the operator comes to', () => {
  // Whom this case has disabled itself is no different from whom others have as well.
  it.each(BEFORE.filter(([, count]) => count > 1))('%s: is not let in by the way', async (_, count) => {
    const { station, desk, zoe } = await workUpTo(count);
    await disable(zoe);
    const next = RUNBOOK[count];
    if (next) await expect(next[1]({ station, desk, zoe })).rejects.toThrow();
    const { Enabled } = await pool.t.sdk.send(
      new AdminGetUserCommand({ UserPoolId: UserPoolId(), Username: zoe.username }),
    );
    expect(Enabled).toBe(false);
  });
});

describe('a person whose address somebody else changes before the operator comes to', () => {
  it.each([
    ['send the code', 1],
    ['enrol', 4],
    ['delete', 5],
  ])('%s: nothing is done before that was taken over', async (_, count) => {
    const { station, desk, zoe } = await workUpTo(count);
    await rename(zoe);
    const next = RUNBOOK[count];
    if (!next) throw new Error('There is no such step');
    await expect(next[1]({ station, desk, zoe })).rejects.toEqual(failing('helpdesk/person-changed'));
    await desk.takeOver();
    await next[1]({ station, desk, zoe });
    expect(desk.view().email).toBe(`mallory-${zoe.username}@example.com`);
  });
});
