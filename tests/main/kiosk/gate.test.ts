import { describe, expect, it } from 'vitest';

import { answerRequest } from '../../../src/main/answer-request.js';
import { asAtKiosk, guardedAtKiosk, refusedElsewhere } from '../../../src/main/kiosk/gate.js';
import { type Handlers, type Request, requests } from '../../../src/shared/ipc.js';
import { keySummary } from '../../renderer/fakes/main.js';
import { ANAS_KEY, openKioskSession } from './kiosk.js';

const NAMES = Object.keys(requests) as Request[];

/** What handlers of a desk answer, as far as the gate looks at it. */
const answers = (name: Request): unknown => {
  if (name === 'passkeys.confirm') return { credentialId: 'bmV3' };
  return name.endsWith('list') ? [] : undefined;
};

function openGate({ mayChange = false } = {}) {
  const opened = openKioskSession({ mayChange });
  const asked: { name: Request; input: unknown }[] = [];
  // One function for every key of the table: the compiler cannot see that none is missing.
  const handlers = Object.fromEntries(
    NAMES.map((name) => [name, (input: unknown) => (asked.push({ name, input }), answers(name))]),
  ) as unknown as Handlers;
  const guarded = guardedAtKiosk(handlers, { session: opened.session, rules: () => opened.kiosk.rules });
  /** Which requests are let through to their own handlers, of all that there are. */
  const passing = async () => {
    asked.length = 0;
    for (const name of NAMES) {
      if (name.startsWith('kiosk.')) continue;
      // Whatever a handler reads of its input is undefined here: of interest is what gets through.
      await Promise.resolve()
        .then(() => (guarded[name] as (input: unknown) => unknown)({ answer: { kind: 'pin' }, keyId: 'usb:x' }))
        .catch((error: unknown) => {
          expect(error).toMatchObject({ failure: { code: expect.stringMatching(/^kiosk\//) as string } });
        });
    }
    return asked.map(({ name }) => name);
  };
  return { ...opened, guarded, asked, passing };
}

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
    expect(names).toContain('keys.create');
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
      'diagnostics.save',
    ])
      // prettier-ignore
      expect(names).not.toContain(never);
  });

  it('lets people name the passkey that they have just added, and no other; nor does whoever comes next', async () => {
    const { session, tapIn, guarded, asked } = openGate({ mayChange: true });
    session.keysChanged([ANAS_KEY]);
    await tapIn('ana', ANAS_KEY);
    const rename = async (credentialId: string) => guarded['passkeys.rename']({ credentialId, nickname: 'Mine' });
    const refused = { failure: { code: 'kiosk/not-allowed', detail: 'passkeys.rename' } };
    await expect(rename('bmV3')).rejects.toMatchObject(refused);
    await guarded['passkeys.confirm']({ enrolmentId: crypto.randomUUID(), nickname: 'Mine' });
    await rename('bmV3');
    await expect(rename('b2xk')).rejects.toMatchObject(refused);
    session.end('tapped-out');
    await tapIn('ben', ANAS_KEY);
    await expect(rename('bmV3')).rejects.toMatchObject(refused);
    expect(asked.filter(({ name }) => name === 'passkeys.rename')).toHaveLength(1);
  });

  it('names what it refuses', async () => {
    const { guarded } = openGate();
    expect(await answerRequest(guarded, 'pool.disconnect', undefined)).toEqual({
      ok: false,
      error: { code: 'kiosk/not-allowed', detail: 'pool.disconnect' },
    });
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

  it('tells nobody what it remembers of others', async () => {
    const { guarded, asked } = openGate();
    expect(await answerRequest(guarded, 'passkeys.records', undefined)).toEqual({ ok: true, value: [] });
    expect(await answerRequest(guarded, 'orphans.list', undefined)).toEqual({ ok: true, value: [] });
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
