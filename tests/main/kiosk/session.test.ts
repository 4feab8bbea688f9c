import { describe, expect, it } from 'vitest';

import type { KioskEnd } from '../../../src/shared/kiosk.js';
import { settle } from './clock.js';
import { ANAS_KEY, BENS_KEY, openKioskSession, passkeyOf } from './kiosk.js';

const OVER = { failure: { code: 'kiosk/over' } };

async function withAna(rules: Parameters<typeof openKioskSession>[0] = {}) {
  const opened = openKioskSession(rules);
  opened.session.keysChanged([ANAS_KEY]);
  await opened.tapIn('ana', ANAS_KEY);
  opened.steps.length = 0;
  return opened;
}

describe('tapping in', () => {
  it('lets in whoever the pool has let in, with the key still there, and writes it down', async () => {
    const { session, events, steps } = await withAna();
    expect(session.person).toEqual({ username: 'ana', sub: 'sub of ana' });
    expect(events).toEqual([{ action: 'kiosk.tap-in', result: 'done', person: session.person }]);
    expect(steps).toEqual([]);
  });

  it.each([
    ['with a key that was pulled out meanwhile', (kiosk: Opened) => { kiosk.session.use(ANAS_KEY); kiosk.session.asserted(ANAS_KEY, passkeyOf('ana')); kiosk.session.keysChanged([]); }], // prettier-ignore
    [
      'with a key that has signed nothing',
      (kiosk: Opened) => {
        kiosk.session.use(ANAS_KEY);
      },
    ],
    ['with a key that has signed in the window before', (kiosk: Opened) => { kiosk.session.use(ANAS_KEY); kiosk.session.asserted(ANAS_KEY, passkeyOf('ana')); kiosk.session.end('idle'); }], // prettier-ignore
    ['with a key that has signed for somebody else', (kiosk: Opened) => { kiosk.session.use(ANAS_KEY); kiosk.session.asserted(ANAS_KEY, passkeyOf('ben')); }], // prettier-ignore
    ['at a station that is locked', (kiosk: Opened) => { kiosk.session.use(ANAS_KEY); kiosk.session.asserted(ANAS_KEY, passkeyOf('ana')); kiosk.kiosk.locked = true; }], // prettier-ignore
  ])('%s is refused, and its token revoked', async (_, before) => {
    const kiosk = openKioskSession();
    kiosk.session.keysChanged([ANAS_KEY]);
    before(kiosk);
    const begun = kiosk.session.begin({ username: 'ana', sub: 'sub of ana', refreshToken: 'late', keyId: ANAS_KEY });
    await expect(begun).rejects.toMatchObject(OVER);
    expect(kiosk.session.person).toBeUndefined();
    expect(kiosk.revoked).toMatchObject([{ refreshToken: 'late' }]);
  });

  it('leaves the key and the passkeys on it that have signed for this person, and for nobody else', async () => {
    const { session, tapIn } = openKioskSession();
    session.keysChanged([ANAS_KEY, BENS_KEY]);
    expect(session.signer).toBeUndefined();
    session.asserted(ANAS_KEY, passkeyOf('ben'));
    session.asserted(BENS_KEY, passkeyOf('ana'));
    session.asserted(ANAS_KEY, { credentialId: 'says nothing', userHandle: undefined });
    await tapIn('ana', ANAS_KEY);
    expect(session.signer).toMatchObject({
      person: { username: 'ana' },
      keyId: ANAS_KEY,
      credentialIds: ['says nothing', 'passkey-of-ana'],
    });
    session.end('tapped-out');
    expect(session.signer).toBeUndefined();
  });

  it('is refused while somebody is signed in', async () => {
    const { session, tapIn, revoked } = await withAna();
    session.keysChanged([ANAS_KEY, BENS_KEY]);
    await expect(tapIn('ben', BENS_KEY)).rejects.toMatchObject(OVER);
    expect(session.person?.username).toBe('ana');
    expect(revoked).toMatchObject([{ person: { username: 'ben' }, refreshToken: 'token of ben' }]);
  });

  it('is refused when it cannot be written down', async () => {
    const kiosk = openKioskSession();
    kiosk.kiosk.audit = () => Promise.reject(new Error('the disk is full'));
    kiosk.session.keysChanged([ANAS_KEY]);
    await expect(kiosk.tapIn('ana', ANAS_KEY)).rejects.toThrow('the disk is full');
    expect(kiosk.session.person).toBeUndefined();
    expect(kiosk.revoked).toHaveLength(1);
  });

  it('is refused when the key is pulled out while it is written down', async () => {
    const kiosk = openKioskSession();
    kiosk.session.keysChanged([ANAS_KEY]);
    const begun = kiosk.tapIn('ana', ANAS_KEY);
    kiosk.session.keysChanged([]);
    await expect(begun).rejects.toMatchObject(OVER);
    expect(kiosk.revoked).toHaveLength(1);
    expect(kiosk.steps.filter((step) => step.startsWith('window'))).toEqual(['window:key-out']);
    // Nobody came: the log says so as well.
    expect(kiosk.events.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'kiosk.tap-in done',
      'kiosk.tap-in failed',
    ]);
  });
});

type Opened = ReturnType<typeof openKioskSession>;

describe('the end of a session', () => {
  const ends: [KioskEnd, (kiosk: Opened) => void | Promise<void>][] = [
    ['key-out', ({ session }) => { session.keysChanged([]); }], // prettier-ignore
    ['key-out', ({ session }) => { session.keysOut([ANAS_KEY]); session.keysChanged([ANAS_KEY]); }], // prettier-ignore
    ['tapped-out', ({ session }) => { session.end('tapped-out'); }], // prettier-ignore
    ['idle', ({ clock }) => clock.pass(120_000)],
    ['other-key', async ({ session, clock }) => { session.keysChanged([ANAS_KEY, BENS_KEY]); await clock.pass(5000); }], // prettier-ignore
    ['suspend', ({ session }) => { session.end('suspend'); }], // prettier-ignore
    ['lock', ({ session }) => { session.end('lock'); }], // prettier-ignore
    ['policy', ({ session, kiosk }) => { kiosk.locked = true; session.policyChanged(); }], // prettier-ignore
    ['window', ({ session }) => { session.end('window'); }], // prettier-ignore
    ['shutdown', ({ session }) => { session.end('shutdown'); }], // prettier-ignore
  ];

  it.each(ends)('%s: window first, then keys, then the pool, with no wait in between', async (reason, happen) => {
    const kiosk = await withAna();
    await happen(kiosk);
    expect(kiosk.steps).toEqual([`window:${reason}`, 'keys', 'revoke']);
    expect(kiosk.session.person).toBeUndefined();
    expect(kiosk.session.get().ended).toBe(reason);
    expect(kiosk.clock.waiting).toBe(0);
    await settle();
    expect(kiosk.events.at(-1)).toMatchObject({ action: 'kiosk.tap-out', person: { username: 'ana' }, detail: reason });
  });

  it('comes within the very call in which main learns that the key is out', async () => {
    const kiosk = await withAna();
    kiosk.session.keysOut([ANAS_KEY]);
    // No promise has settled and no time has passed.
    expect(kiosk.steps[0]).toBe('window:key-out');
    expect(kiosk.clock.now).toBe(0);
  });

  it('comes once', async () => {
    const kiosk = await withAna();
    kiosk.session.end('tapped-out');
    kiosk.session.end('suspend');
    kiosk.session.keysChanged([]);
    await kiosk.clock.pass(600_000);
    expect(kiosk.steps).toEqual(['window:tapped-out', 'keys', 'revoke']);
  });

  it('revokes every refresh token that the session has had', async () => {
    const kiosk = await withAna();
    kiosk.session.renewed('second');
    kiosk.session.renewed('third');
    kiosk.session.end('tapped-out');
    expect(kiosk.revoked.map(({ refreshToken }) => refreshToken)).toEqual(['token of ana', 'second', 'third']);
  });

  it('leaves no key that taps in by itself, but the one that the next person has plugged in', async () => {
    const kiosk = await withAna();
    kiosk.session.keysChanged([ANAS_KEY, BENS_KEY]);
    await kiosk.clock.pass(5000);
    expect(kiosk.session.get()).toEqual({ leftIn: [ANAS_KEY], ended: 'other-key' });
    kiosk.session.keysChanged([BENS_KEY]);
    expect(kiosk.session.get().leftIn).toEqual([]);
  });

  it('is written down as failed nowhere, and a journal that cannot be written is told of', async () => {
    const kiosk = await withAna();
    kiosk.kiosk.audit = () => Promise.reject(new Error('the disk is full'));
    kiosk.session.end('tapped-out');
    await settle();
    expect(kiosk.faults).toMatchObject([{ message: 'the disk is full' }]);
    expect(kiosk.steps).toEqual(['window:tapped-out', 'keys', 'revoke']);
  });
});

describe('somebody who does nothing', () => {
  it('is told for the last seconds, one by one, and then signed out', async () => {
    const kiosk = await withAna({ idleSeconds: 30, warnSeconds: 5 });
    await kiosk.clock.pass(24_999);
    expect(kiosk.countdowns).toEqual([]);
    await kiosk.clock.pass(5000);
    expect(kiosk.countdowns).toEqual([5, 4, 3, 2, 1].map((seconds) => ({ reason: 'idle', seconds })));
    expect(kiosk.session.person).toBeDefined();
    await kiosk.clock.pass(1);
    expect(kiosk.session.person).toBeUndefined();
  });

  it('goes on by doing something, and the time begins anew', async () => {
    const kiosk = await withAna({ idleSeconds: 30, warnSeconds: 5 });
    await kiosk.clock.pass(28_000);
    kiosk.session.active();
    expect(kiosk.countdowns.at(-1)).toBeUndefined();
    await kiosk.clock.pass(29_999);
    expect(kiosk.session.person).toBeDefined();
    await kiosk.clock.pass(1);
    expect(kiosk.session.person).toBeUndefined();
  });

  it('has as long as the policy says now', async () => {
    const kiosk = await withAna({ idleSeconds: 3600 });
    kiosk.kiosk.rules = { idleSeconds: 10, warnSeconds: 15, mayChange: false, greets: true };
    kiosk.session.policyChanged();
    expect(kiosk.countdowns).toEqual([]);
    await kiosk.clock.pass(0);
    expect(kiosk.countdowns).toEqual([{ reason: 'idle', seconds: 10 }]);
    await kiosk.clock.pass(10_000);
    expect(kiosk.session.get().ended).toBe('idle');
  });

  it('and has not even signed in, leaves a fresh window as well', async () => {
    const kiosk = openKioskSession();
    kiosk.session.keysChanged([ANAS_KEY]);
    kiosk.session.use(ANAS_KEY);
    await kiosk.clock.pass(120_000);
    expect(kiosk.steps).toEqual(['window:idle', 'keys']);
    await kiosk.clock.pass(600_000);
    expect(kiosk.steps).toHaveLength(2);
  });
});

describe('another key', () => {
  it('gives the person a few seconds, and they may go on', async () => {
    const kiosk = await withAna();
    kiosk.session.keysChanged([ANAS_KEY, BENS_KEY]);
    expect(kiosk.countdowns.at(-1)).toEqual({ reason: 'other-key', seconds: 5 });
    await kiosk.clock.pass(4000);
    kiosk.session.active(); // the mouse moves: that is no answer
    expect(kiosk.countdowns.at(-1)).toEqual({ reason: 'other-key', seconds: 1 });
    kiosk.session.stay();
    expect(kiosk.countdowns.at(-1)).toBeUndefined();
    await kiosk.clock.pass(100_000);
    expect(kiosk.session.person?.username).toBe('ana');
  });

  it('that is pulled out again is no matter', async () => {
    const kiosk = await withAna();
    kiosk.session.keysChanged([ANAS_KEY, BENS_KEY]);
    await kiosk.clock.pass(2000);
    kiosk.session.keysChanged([ANAS_KEY]);
    expect(kiosk.countdowns.at(-1)).toBeUndefined();
    await kiosk.clock.pass(10_000);
    expect(kiosk.session.person?.username).toBe('ana');
    kiosk.session.keysChanged([ANAS_KEY, BENS_KEY]);
    expect(kiosk.countdowns.at(-1)).toEqual({ reason: 'other-key', seconds: 5 });
  });

  it('that was there before is no news, and is news when it comes again', async () => {
    const kiosk = openKioskSession();
    kiosk.session.keysChanged([ANAS_KEY, BENS_KEY]);
    await kiosk.tapIn('ana', ANAS_KEY);
    expect(kiosk.countdowns).toEqual([]);
    kiosk.session.keysOut([BENS_KEY]);
    kiosk.session.keysChanged([ANAS_KEY, BENS_KEY]);
    expect(kiosk.countdowns).toEqual([{ reason: 'other-key', seconds: 5 }]);
  });
});

describe('a key that is pulled out before anybody is signed in', () => {
  it.each([
    ['during its PIN', () => undefined],
    ['after its touch, while the pool is asked', ({ session }: Opened) => { session.asserted(ANAS_KEY, passkeyOf('ana')); }], // prettier-ignore
  ])('%s leaves a fresh window, and no timer', (_, before) => {
    const kiosk = openKioskSession();
    kiosk.session.keysChanged([ANAS_KEY]);
    kiosk.session.use(ANAS_KEY);
    before(kiosk);
    kiosk.session.keysChanged([]);
    expect(kiosk.steps).toEqual(['window:key-out', 'keys']);
    expect(kiosk.clock.waiting).toBe(0);
  });

  it('and was not used, leaves the window as it is: nobody has been there', () => {
    const kiosk = openKioskSession();
    kiosk.session.keysChanged([ANAS_KEY]);
    kiosk.session.keysChanged([]);
    expect(kiosk.steps).toEqual([]);
  });
});

describe('a window that is gone', () => {
  it('is replaced even if nobody was there', () => {
    const kiosk = openKioskSession();
    kiosk.session.end('window');
    expect(kiosk.steps).toEqual(['window:window', 'keys']);
  });
});
