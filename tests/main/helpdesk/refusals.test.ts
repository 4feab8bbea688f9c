import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { type Request, requests } from '../../../src/shared/ipc.js';
import { KeyId } from '../../../src/shared/keys.js';
import { MainUnderTest, newId, PoolOfHelpdesk, type UsbKey } from './station.js';

// A new pool makes two RSA keys, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let station: PoolOfHelpdesk;
let olga: UsbKey;
let pia: UsbKey;
beforeAll(async () => {
  station = await PoolOfHelpdesk.start();
  olga = await station.operator('olga');
  pia = await station.person('pia');
});
afterEach(() => {
  vi.unstubAllEnvs();
  station.tapped.onCall = () => undefined;
});
afterAll(() => station.stop());

/** How often an operation was called. */
const calls = (operation: string) => station.pool.t.pool.requests.get(operation) ?? 0;

let people = 0;
/** A helpdesk where olga has begun a case of somebody new. */
async function openCase(keys: readonly UsbKey[] = []) {
  const name = `rosa-${people++}`;
  const sub = await station.pool.t.addUser(name);
  const main = await MainUnderTest.start(station, [olga, ...keys]);
  await main.signIn('olga', olga);
  const { caseId } = await main.ask('helpdesk.begin', { username: sub, reason: 'left it in the train' });
  return { main, caseId, name };
}

/** The same with a session for the person. */
async function openSession(keys: readonly UsbKey[] = []) {
  const opened = await openCase(keys);
  const { main, caseId } = opened;
  await main.ask('helpdesk.sendCode', { caseId, confirm: main.confirmedBy(olga) });
  await main.ask('helpdesk.answerCode', { caseId, code: station.pool.t.lastCode() });
  return opened;
}

describe('a helpdesk', () => {
  it('lets nobody in who is not in the group, and does nothing for whoever is not signed in', async () => {
    const main = await MainUnderTest.start(station, [olga, pia]);
    const signIn = { username: 'pia', confirm: main.confirmedBy(pia) };
    expect(await main.refused('helpdesk.signIn', signIn)).toMatchObject({ code: 'helpdesk/not-an-operator' });
    expect(await main.state()).toEqual({ operator: undefined, mayActOnBehalf: true, cases: [] });
    const noOperator = { code: 'helpdesk/no-operator' };
    expect(await main.refused('helpdesk.find', { searchId: newId(), text: 'p' })).toMatchObject(noOperator);
    expect(await main.refused('helpdesk.begin', { username: 'pia', reason: 'x' })).toMatchObject(noOperator);
    expect(await main.refused('orphans.list', undefined)).toMatchObject(noOperator);
    expect(calls('ListUsers')).toBe(0);
    expect(main.faults).toEqual([]);
  });

  it('refuses what belongs to a desk or a kiosk, and whatever is new', async () => {
    const main = await MainUnderTest.start(station, [olga]);
    await main.signIn('olga', olga);
    const allowed = ['station.get', 'keys.list', 'keys.select', 'keys.wink', 'ceremony.answer', 'ceremony.cancel', 'orphans.list', 'orphans.remove', 'orphans.dismiss']; // prettier-ignore
    const names = (Object.keys(requests) as Request[]).filter(
      (name) => !name.startsWith('helpdesk.') && !allowed.includes(name),
    );
    expect(names).toEqual(expect.arrayContaining(['pool.connect', 'keys.reset', 'keys.create', 'kiosk.begin']));
    const handlers = main.handlers;
    for (const name of names)
      // Whatever the input is: the gate stands before all that reads it.
      await expect(
        Promise.resolve().then(() => (handlers[name] as (input: unknown) => unknown)({})),
      ).rejects.toMatchObject({ failure: { code: 'helpdesk/not-allowed' } });
  });

  it('is nothing that another desk has', async () => {
    const main = await MainUnderTest.start(station, [olga], { mode: 'desk' });
    const names = (Object.keys(requests) as Request[]).filter((name) => name.startsWith('helpdesk.'));
    expect(names.length).toBeGreaterThan(25);
    for (const name of names)
      await expect(
        Promise.resolve().then(() => (main.handlers[name] as (input: unknown) => unknown)({})),
      ).rejects.toMatchObject({ failure: { code: 'helpdesk/not-allowed' } });
  });

  it('opens nothing on behalf of somebody when the second operator says no', async () => {
    const { main, caseId } = await openCase();
    await main.ask('helpdesk.ask', { caseId, confirm: main.confirmedBy(olga), reason: 'She is abroad' });
    await main.ask('helpdesk.refuse', { caseId, why: 'She sits next door' });
    expect(main.states.at(-1)?.cases[0]).toMatchObject({ request: undefined, session: undefined });
    const approve = { caseId, username: 'olga', confirm: main.confirmedBy(olga) };
    expect(await main.refused('helpdesk.approve', approve)).toMatchObject({ code: 'helpdesk/no-request' });
    await main.ask('helpdesk.ask', { caseId, confirm: main.confirmedBy(olga), reason: 'She is abroad' });
    const own = { ...approve, confirm: main.confirmedBy(olga) };
    expect(await main.refused('helpdesk.approve', own)).toMatchObject({ code: 'helpdesk/same-operator' });
  });

  it('ends a search that nobody waits for any more', async () => {
    const { main } = await openCase();
    const searchId = newId();
    let isSent: (() => void) | undefined;
    const sent = new Promise<void>((resolve) => (isSent = resolve));
    station.tapped.onCall = (operation, signal) => {
      if (operation !== 'ListUsers') return undefined;
      isSent?.();
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    };
    const finding = main.refused('helpdesk.find', { searchId, text: 'r' });
    await sent;
    await main.ask('helpdesk.stopFinding', { searchId });
    expect(await finding).toMatchObject({ code: 'cancelled' });
    await main.ask('helpdesk.stopFinding', { searchId }); // it is over: no mistake of the window
  });

  it('does nothing when the operator’s key is pulled out, or the operator cancels, before the touch', async () => {
    const { main, caseId } = await openCase();
    const before = calls('AdminUserGlobalSignOut');
    main.onNeed = ({ need }) => {
      if (need.kind === 'pin') setImmediate(() => void main.unplug(olga));
    };
    const safe = { caseId, disable: true };
    expect(await main.refused('helpdesk.makeSafe', { ...safe, confirm: main.confirmedBy(olga) })).toMatchObject({
      code: 'key/removed',
    });
    await main.plug(olga);
    main.onNeed = ({ ceremonyId, need }) => {
      if (need.kind === 'pin') setImmediate(() => void main.ask('ceremony.cancel', { ceremonyId }));
    };
    expect(await main.refused('helpdesk.makeSafe', { ...safe, confirm: main.confirmedBy(olga) })).toMatchObject({
      code: 'cancelled',
    });
    expect(calls('AdminUserGlobalSignOut')).toBe(before);
    expect(main.states.at(-1)?.cases[0]).toMatchObject({ isEnabled: true });
  });

  it('enrols nothing when the new key is pulled out, and the next try on one of two keys that are in succeeds', async () => {
    const [one, other] = [station.key(), station.key()];
    const { main, caseId, name } = await openSession([one, other]);
    const enrol = () =>
      ({ caseId, confirm: main.confirmedBy(olga), ceremonyId: newId(), nickname: 'New', use: 'replacement' }) as const;
    const wanted = () =>
      vi.waitFor(() => {
        expect(main.states.at(-1)?.cases[0]?.wantsKey).toBe(true);
      }, 20_000);

    const pulled = main.refused('helpdesk.enrol', enrol());
    await wanted();
    expect(await main.refused('helpdesk.useKey', { caseId, keyId: KeyId.parse('usb:nobody') })).toMatchObject({
      code: 'key/removed',
    });
    main.onNeed = ({ need }) => {
      if (need.kind === 'new-pin') setImmediate(() => void main.unplug(one));
    };
    await main.ask('helpdesk.useKey', { caseId, keyId: main.idOf(one) });
    expect(await pulled).toMatchObject({ code: 'key/removed' });
    expect(main.states.at(-1)?.cases[0]).toMatchObject({ wantsKey: false, enrolled: [] });

    main.onNeed = (event) => {
      main.enterPin(event);
    };
    const input = enrol();
    const cancelled = main.refused('helpdesk.enrol', input);
    await wanted();
    await main.ask('ceremony.cancel', { ceremonyId: input.confirm.ceremonyId });
    expect(await cancelled).toMatchObject({ code: 'cancelled' });

    await main.plug(one);
    const enrolling = main.ask('helpdesk.enrol', enrol());
    await wanted();
    await main.ask('helpdesk.useKey', { caseId, keyId: main.idOf(other) });
    const { credentialId } = await enrolling;
    const { keys } = await main.ask('helpdesk.person', { name });
    expect(keys).toMatchObject([{ credentialId, nickname: 'New', keySerial: other.serial }]);
    expect(await main.services.journal.orphans()).toEqual([]);
  });
});

describe('whoever leaves', () => {
  it('leaves no session open and nobody signed in when the window is gone', async () => {
    const { main, caseId } = await openSession();
    const revoked = calls('RevokeToken');
    main.services.leave();
    await vi.waitFor(() => {
      expect(calls('RevokeToken')).toBe(revoked + 1);
    }, 20_000);
    expect(await main.state()).toMatchObject({ operator: undefined, cases: [] });
    await main.signIn('olga', olga);
    expect(await main.ask('helpdesk.cases', undefined)).toMatchObject([{ id: caseId, isBusy: false }]);
    await main.ask('helpdesk.resume', { caseId });
    expect(main.states.at(-1)?.cases[0]).toMatchObject({ id: caseId, session: undefined });
    expect(main.faults).toEqual([]);
  });

  it('is not signed in by a sign-in that was under way', async () => {
    const main = await MainUnderTest.start(station, [olga]);
    let isAnswered: (() => void) | undefined;
    const answered = new Promise<void>((resolve) => (isAnswered = resolve));
    station.tapped.onCall = (operation) => {
      if (operation !== 'RevokeToken') return undefined; // the last of a sign-in
      main.services.leave();
      isAnswered?.();
      return undefined;
    };
    const signIn = main.refused('helpdesk.signIn', { username: 'olga', confirm: main.confirmedBy(olga) });
    await answered;
    expect(await signIn).toMatchObject({ code: 'cancelled' });
    expect(await main.state()).toMatchObject({ operator: undefined });
  });

  it('has to when the policy is damaged, and nothing is begun any more', async () => {
    const { main, caseId, name } = await openSession();
    const revoked = calls('RevokeToken');
    await writeFile(join(main.folder, 'policy.json'), '{');
    await vi.waitFor(() => {
      expect(calls('RevokeToken')).toBe(revoked + 1);
    }, 20_000);
    expect(await main.state()).toMatchObject({ operator: undefined, cases: [] });
    const locked = { code: 'policy/locked' };
    const signIn = { username: 'olga', confirm: main.confirmedBy(olga) };
    expect(await main.refused('helpdesk.signIn', signIn)).toMatchObject(locked);
    expect(await main.refused('helpdesk.begin', { username: name, reason: 'x' })).toMatchObject(locked);
    const end = { caseId, confirm: main.confirmedBy(olga), staysDisabled: false, leavesUnsettled: false };
    expect(await main.refused('helpdesk.end', end)).toMatchObject(locked);
  });
});
