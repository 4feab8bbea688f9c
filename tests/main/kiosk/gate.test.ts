import { describe, expect, it } from 'vitest';

import type { AuditEvent } from '../../../src/audit/entry.js';
import { FailureError } from '../../../src/failures/failure-error.js';
import { answerRequest } from '../../../src/main/answer-request.js';
import { asAtKiosk, guardedAtKiosk, refusedElsewhere } from '../../../src/main/kiosk/gate.js';
import { type CheckedInput, type Handlers, type Request, requests } from '../../../src/shared/ipc.js';
import type { KioskWish } from '../../../src/shared/kiosk-requests.js';
import type { PasskeyRecord } from '../../../src/shared/passkey-records.js';
import { keySummary } from '../../renderer/fakes/main.js';
import { ANAS_KEY, openKioskSession, passkeyOf } from './kiosk.js';

const NAMES = Object.keys(requests) as Request[];

/** What handlers of a desk answer, as far as the gate looks at it. */
const answers = (name: Request): unknown => {
  if (name === 'passkeys.confirm') return { credentialId: 'bmV3', keyProduct: 'Test key' };
  if (name === 'keys.get') return { id: 'b25l', response: {} };
  return name.endsWith('list') ? [] : undefined;
};

function openGate({ mayChange = false } = {}) {
  const opened = openKioskSession({ mayChange });
  const asked: { name: Request; input: unknown }[] = [];
  const events: AuditEvent[] = [];
  /** By sub. */
  const records = new Map<string, PasskeyRecord[]>();
  /** User handles by credential IDs. */
  const owners = new Map<string, string>();
  // One function for every key of the table: the compiler cannot see that none is missing.
  const handlers = Object.fromEntries(
    NAMES.map((name) => [name, (input: unknown) => (asked.push({ name, input }), answers(name))]),
  ) as unknown as Handlers;
  /** What the person has signed, and was not done yet. */
  const approved: KioskWish[] = [];
  const guarded = guardedAtKiosk(handlers, {
    session: opened.session,
    rules: () => opened.kiosk.rules,
    recordsOf: (sub) => records.get(sub) ?? [],
    userHandleOf: (credentialId) => owners.get(credentialId),
    audit: (event) => Promise.resolve(events.push(event)),
    approvals: {
      ask: (wish) => ({ requestId: crypto.randomUUID(), text: wish.action }),
      approve: () => Promise.resolve({ verified: true }),
      use: async (wish, work) => {
        const at = approved.findIndex((one) => JSON.stringify(one) === JSON.stringify(wish));
        if (at === -1) throw new FailureError({ code: 'kiosk/not-approved' });
        approved.splice(at, 1);
        return work();
      },
    },
  });
  /** Which requests are let through to their own handlers, of all that there are. */
  const passing = async () => {
    asked.length = 0;
    for (const name of NAMES) {
      if (name.startsWith('kiosk.')) continue;
      // Whatever a handler reads of its input is undefined here: of interest is what gets through.
      await Promise.resolve()
        .then(() => (guarded[name] as (input: unknown) => unknown)(SOMETHING))
        .catch((error: unknown) => {
          expect(error).toMatchObject({ failure: { code: expect.stringMatching(/^kiosk\//) as string } });
        });
    }
    return asked.map(({ name }) => name);
  };
  return { ...opened, guarded, asked, approved, events, records, owners, passing };
}

function recordOf(credentialId: string): PasskeyRecord {
  const aaguid = '00000000-0000-0000-0000-000000000000';
  return { credentialId, nickname: 'Mine', keyProduct: 'Test key', aaguid, createdAt: '2026-11-23T10:00:00Z' };
}

/** Whatever handlers read of their input. */
const SOMETHING = { answer: { kind: 'pin' }, keyId: 'usb:x', options: { user: { id: 'somebody' } } };

const ANYBODY = ['station.get', 'keys.list', 'keys.select', 'keys.wink', 'tapIn.identify', 'keys.get', 'ceremony.answer', 'ceremony.cancel', 'practice.touch', 'practice.plug']; // prettier-ignore
const LOOKING = ['keys.locate', 'onKey.list', 'onKey.forget', 'fingerprints.list', 'visit.leave'];

describe('a kiosk', () => {
  it('does for somebody who has not signed in what signing in takes, and nothing else', async () => {
    const { passing } = openGate({ mayChange: true });
    expect((await passing()).sort()).toEqual([...ANYBODY].sort());
  });

  it('lets people look when they are signed in, and change nothing', async () => {
    const { session, tapIn, passing } = openGate();
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    expect((await passing()).sort()).toEqual([...ANYBODY, ...LOOKING].sort());
  });

  it('lets them change their passkeys and keys where the policy says so; never the station, never a reset', async () => {
    const { session, tapIn, passing } = openGate({ mayChange: true });
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    const names = await passing();
    expect(names).toContain('keys.changePin');
    expect(names).toContain('onKey.delete');
    for (const never of [
      'pool.connect',
      'pool.practise',
      'pool.disconnect',
      'pool.check',
      'keys.reset',
      'keySettings.change',
      'orphans.remove',
      'orphans.dismiss',
      'passkeys.rename',
      'keys.create', // not without an approval
      'passkeys.forget',
      'diagnostics.save',
    ])
      // prettier-ignore
      expect(names).not.toContain(never);
  });

  it('lets people name their own passkeys that were enrolled here, and nobody else’s', async () => {
    const { session, tapIn, guarded, asked, records } = openGate({ mayChange: true });
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    const rename = async (credentialId: string) => guarded['passkeys.rename']({ credentialId, nickname: 'Mine' });
    const refused = { failure: { code: 'kiosk/not-allowed', detail: 'passkeys.rename' } };
    await expect(rename('bmV3')).rejects.toMatchObject(refused);
    records.set('sub of ana', [recordOf('bmV3')]);
    await rename('bmV3');
    await expect(rename('b2xk')).rejects.toMatchObject(refused);
    session.end('tapped-out');
    await tapIn('ben', ANAS_KEY);
    await expect(rename('bmV3')).rejects.toMatchObject(refused);
    expect(asked.filter(({ name }) => name === 'passkeys.rename')).toHaveLength(1);
  });

  it('has a key make a passkey when that was approved, for whoever is signed in, and writes down what becomes of it', async () => {
    const { session, tapIn, guarded, asked, approved, events } = openGate({ mayChange: true });
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    const create = async (userId: string) =>
      // Of the options only the person is read.
      guarded['keys.create']({ options: { user: { id: userId } } } as unknown as CheckedInput<'keys.create'>);
    const ana = passkeyOf('ana').userHandle ?? '';
    const not = (code: string) => ({ failure: { code } });
    await expect(create(ana)).rejects.toMatchObject(not('kiosk/not-approved'));
    approved.push({ action: 'passkey.enrol' });
    await expect(create(passkeyOf('ben').userHandle ?? '')).rejects.toMatchObject(not('kiosk/not-allowed'));
    expect(asked).toEqual([]);
    await create(ana);
    await guarded['passkeys.confirm']({ enrolmentId: crypto.randomUUID(), nickname: 'Mine' });
    await guarded['passkeys.abandon']({ enrolmentId: crypto.randomUUID() });
    await expect(create(ana)).rejects.toMatchObject(not('kiosk/not-approved'));
    const { person } = session;
    expect(events).toMatchObject([
      { action: 'passkey.enrol', result: 'begun', person, approver: person },
      { action: 'passkey.enrol', result: 'done', person, approver: person, detail: 'bmV3 on Test key' },
      { action: 'passkey.enrol', result: 'failed', person, approver: person },
    ]);
  });

  it('forgets a passkey when its deletion was approved, and writes that down', async () => {
    const { session, tapIn, guarded, asked, approved, events } = openGate({ mayChange: true });
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    const forget = async () => guarded['passkeys.forget']({ credentialId: 'b25l' });
    approved.push({ action: 'passkey.delete', credentialId: 'b3RoZXI' });
    await expect(forget()).rejects.toMatchObject({ failure: { code: 'kiosk/not-approved' } });
    expect(events).toEqual([]);
    approved.push({ action: 'passkey.delete', credentialId: 'b25l' });
    await forget();
    expect(asked).toEqual([{ name: 'passkeys.forget', input: { credentialId: 'b25l' } }]);
    expect(events).toMatchObject([{ action: 'passkey.delete', result: 'done', person: session.person }]);
  });

  it('names what it refuses', async () => {
    const { guarded } = openGate();
    expect(await answerRequest(guarded, 'pool.disconnect', undefined)).toEqual({
      ok: false,
      error: { code: 'kiosk/not-allowed', detail: 'pool.disconnect' },
    });
  });

  it('lets nobody in as somebody else by a passkey whose person it knows, when the key does not say whose it is', async () => {
    const { guarded, session, owners } = openGate();
    session.keysChanged([ANAS_KEY]);
    owners.set('b25l', passkeyOf('ana').userHandle ?? '');
    // Of the request only the key is read.
    await guarded['keys.get']({ keyId: ANAS_KEY } as unknown as CheckedInput<'keys.get'>);
    const begin = (username: string) =>
      guarded['kiosk.begin']({ username, sub: `sub of ${username}`, refreshToken: 'token', keyId: ANAS_KEY });
    await expect(begin('ben')).rejects.toMatchObject({ failure: { code: 'kiosk/over' } });
    expect(session.person).toBeUndefined();
    await begin('ana');
    expect(session.person?.username).toBe('ana');
  });

  it('takes no new PIN in the middle of a sign-in, unless the policy lets people change their keys', async () => {
    const input = { ceremonyId: crypto.randomUUID(), answer: { kind: 'new-pin', pin: '2580-desk' } };
    expect(await answerRequest(openGate().guarded, 'ceremony.answer', input)).toMatchObject({
      error: { code: 'kiosk/not-allowed' },
    });
    expect(await answerRequest(openGate({ mayChange: true }).guarded, 'ceremony.answer', input)).toMatchObject({
      ok: true,
    });
  });

  it('remembers no key, whatever the window asks', async () => {
    const { session, tapIn, guarded, asked } = openGate();
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    await answerRequest(guarded, 'onKey.list', { ceremonyId: crypto.randomUUID(), keyId: ANAS_KEY, remember: true });
    expect(asked).toMatchObject([{ name: 'onKey.list', input: { remember: false } }]);
    const key = keySummary();
    if (key.details) key.details.canRemember = true;
    expect(asAtKiosk([key])[0]?.details?.canRemember).toBe(false);
  });

  it('tells people what it remembers of their passkeys, and nobody what it remembers of others', async () => {
    const { guarded, asked, records, session, tapIn } = openGate();
    records.set('sub of ana', [recordOf('b25l')]);
    records.set('sub of ben', [recordOf('b3RoZXI')]);
    expect(await answerRequest(guarded, 'passkeys.records', undefined)).toEqual({ ok: true, value: [] });
    expect(await answerRequest(guarded, 'orphans.list', undefined)).toEqual({ ok: true, value: [] });
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    expect(await answerRequest(guarded, 'passkeys.records', undefined)).toEqual({
      ok: true,
      value: [recordOf('b25l')],
    });
    expect(asked).toEqual([]);
  });
});

describe('elsewhere', () => {
  it('there is no kiosk', async () => {
    expect(() => refusedElsewhere()['kiosk.get']()).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'kiosk/not-allowed' }) as unknown }) as Error,
    );
    await Promise.resolve();
  });
});
