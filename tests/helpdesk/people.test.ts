import { AdminAddUserToGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { Administration } from '../../src/cognito/admin/administration.js';
import { seenOf } from '../../src/helpdesk/check-person.js';
import { planFor } from '../../src/helpdesk/plan.js';
import type { Helpdesk } from '../../src/helpdesk/helpdesk.js';
import { temporaryFolder } from '../main/temporary-folder.js';
import { HelpdeskPool, keyOf, type Staff, StationUnderTest } from './station.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let pool: HelpdeskPool;
let helpdesk: Helpdesk;
let station: StationUnderTest;
let olga: Staff;
beforeAll(async () => {
  pool = await HelpdeskPool.start();
  olga = await pool.operator('olga');
  for (const name of ['mara', 'mark', 'nils']) await pool.t.addUser(name);
  await pool.t.addUser('quo"te\\d');
  station = new StationUnderTest(pool, NOWHERE);
  ({ helpdesk } = station);
  await helpdesk.signIn('olga', keyOf(olga));
});
afterAll(() => pool.stop());

/** Nothing is written there: only people are looked at. */
const NOWHERE = '/nonexistent';

describe('people', () => {
  it('are found by how their name or address begins, page by page', async () => {
    const first = await helpdesk.find({ text: 'mar', limit: 1 });
    expect(first.people.map(({ username }) => username)).toEqual(['mara']);
    const second = await helpdesk.find({ text: 'mar', limit: 1, page: first.next });
    expect(second.people.map(({ username }) => username)).toEqual(['mark']);
    const byAddress = await helpdesk.find({ text: 'nils@' });
    expect(byAddress.people).toMatchObject([{ username: 'nils', email: 'nils@example.com', isEmailVerified: true }]);
  });

  it('are found whatever signs are in what was typed', async () => {
    const { people } = await helpdesk.find({ text: 'quo"te\\' });
    expect(people.map(({ username }) => username)).toEqual(['quo"te\\d']);
    expect((await helpdesk.find({ text: '" or username ^= "' })).people).toEqual([]);
  });

  it('are known by their whole name or address, however many begin so', async () => {
    const address = 'anna@example.co';
    for (let number = 0; number < 61; number += 1)
      await pool.t.addUser(`aa-${number}`, undefined, { email: `${address}m.${number}` });
    await pool.t.addUser('zz-anna', undefined, { email: address });
    expect(await helpdesk.person(address)).toMatchObject({ username: 'zz-anna' });
    await pool.t.addUser('at@home', undefined, { email: 'home@example.com' });
    expect(await helpdesk.person('at@home')).toMatchObject({ email: 'home@example.com' });
    await expect(helpdesk.person(' ')).rejects.toMatchObject({ failure: { code: 'helpdesk/no-person' } });
  });

  it('are not waited for when nobody wants them any more', async () => {
    await expect(helpdesk.find({ text: 'mar' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('are told with their groups, and what they sign in with only when that is asked for', async () => {
    await pool.promote('mara');
    const { userPoolId: UserPoolId } = pool.t.pool;
    await pool.t.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: 'mara', GroupName: 'helpdesk' }));
    const before = pool.t.pool.requests.get('AdminGetUserAuthFactors') ?? 0;
    const person = await helpdesk.person('mara@example.com');
    expect(person).toMatchObject({ username: 'mara', groups: ['helpdesk'], keys: [] });
    expect(pool.t.pool.requests.get('AdminGetUserAuthFactors') ?? 0).toBe(before);
    expect(pool.t.pool.requests.get('AdminGetUser')).toBeUndefined(); // which would make them active users of the month
    await expect(helpdesk.factors('mara')).resolves.toContain('EMAIL_OTP');
    await expect(helpdesk.person('mar')).rejects.toMatchObject({ failure: { code: 'helpdesk/no-person' } });
  });

  it('of another identity provider can only be made safe', async () => {
    const { people } = await helpdesk.find({ text: 'mark' });
    const [mark] = people;
    if (!mark) throw new Error('Mark is missing');
    const { administration } = station.options;
    // The local pool has no other providers: a pool that has them tells so in UserStatus.
    const federated: Administration = {
      ...administration,
      read: async (command, options) => {
        const { answer, unread } = await administration.read(command, options);
        return { answer: { ...answer, UserStatus: 'EXTERNAL_PROVIDER' }, unread };
      },
    };
    const wish = { disable: false, way: 'here' } as const;
    const { steps, person } = await planFor({ administration: federated }, { user: mark, file: undefined, wish });
    expect(person.isFederated).toBe(true);
    expect(steps.filter(({ isNeeded }) => isNeeded).map(({ step }) => step)).toEqual(['sign-out', 'end']);
    const other = new StationUnderTest(pool, temporaryFolder());
    Object.assign(other.options, { administration: federated });
    await other.helpdesk.signIn('olga', keyOf(olga));
    const desk = await other.helpdesk.begin(person, 'lost');
    expect(seenOf(person).isFederated).toBe(true);
    await expect(desk.sendCode({ key: keyOf(olga) })).rejects.toMatchObject({
      failure: { code: 'helpdesk/federated' },
    });
    await desk.makeSafe({ disable: false, key: keyOf(olga) });
  });
});
