import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { after } from '../../../src/main/kiosk/after.js';
import { Revocations } from '../../../src/main/kiosk/revocations.js';
import { KioskSession } from '../../../src/main/kiosk/session.js';
import type { KioskCountdown } from '../../../src/shared/kiosk.js';
import { Kiosk } from '../../../src/renderer/state/kiosk.svelte.js';
import { Bridge } from '../../../src/renderer/api.js';
import { ANAS_KEY, BENS_KEY } from './kiosk.js';

const DAY = 86_400_000;

// The time of day can be set while timers run on, as on a real computer.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Ana is signed in; timers are those of the app. */
async function withAna() {
  const countdowns: (KioskCountdown | undefined)[] = [];
  const session = new KioskSession({
    after,
    rules: () => ({ idleSeconds: 120, warnSeconds: 15, mayChange: false, greets: true }),
    isLocked: () => false,
    onCountdown: (countdown) => countdowns.push(countdown),
    renewWindow: () => undefined,
    leaveKeys: () => undefined,
    revoke: () => undefined,
    audit: () => Promise.resolve(),
    log: (error) => {
      throw error;
    },
  });
  session.keysChanged([ANAS_KEY]);
  session.use(ANAS_KEY);
  session.asserted(ANAS_KEY, { credentialId: 'ana', userHandle: undefined });
  await session.begin({ username: 'ana', sub: 'sub of ana', refreshToken: 'token', keyId: ANAS_KEY });
  return { session, countdowns };
}

const setClock = (by: number) => vi.setSystemTime(Date.now() + by);

describe.each([
  ['back', -DAY],
  ['forward', DAY],
])('a clock that is set %s by a day, again and again', (_, by) => {
  it('makes nobody’s time at a kiosk longer or shorter', async () => {
    const { session } = await withAna();
    for (let passed = 0; passed < 119_000; passed += 7000) {
      setClock(by);
      vi.advanceTimersByTime(7000);
    }
    expect(session.person).toBeDefined();
    vi.advanceTimersByTime(120_000 - 119_000 - 1);
    expect(session.person).toBeDefined();
    vi.advanceTimersByTime(1);
    expect(session.person).toBeUndefined();
    expect(session.get().ended).toBe('idle');
  });

  it('makes no second of a countdown longer or shorter', async () => {
    const { session, countdowns } = await withAna();
    session.keysChanged([ANAS_KEY, BENS_KEY]);
    for (let second = 5; second > 0; second -= 1) {
      expect(countdowns.at(-1)).toEqual({ reason: 'other-key', seconds: second });
      setClock(by);
      vi.advanceTimersByTime(1000);
    }
    expect(session.get().ended).toBe('other-key');
  });

  it('makes no pause between two tries to revoke longer or shorter', async () => {
    const asked: number[] = [];
    const revocations = new Revocations({
      after,
      random: () => 1,
      isPassing: () => true,
      onLost: () => undefined,
      onFault: () => undefined,
    });
    revocations.add({
      person: { sub: 's', username: 'ana' },
      send: () => {
        asked.push(performance.now());
        return Promise.reject(new Error('the network is away'));
      },
    });
    for (let tries = 0; tries < 4; tries += 1) {
      setClock(by);
      await vi.advanceTimersByTimeAsync(1000 * 2 ** tries);
    }
    const [first = 0, ...later] = asked;
    expect(later.map((at) => at - first)).toEqual([1000, 3000, 7000, 15_000]);
  });

  it('does not keep the window from telling that somebody is there', () => {
    let told = 0;
    const bridge = new Bridge({
      request: () => ((told += 1), Promise.resolve({ ok: true, value: undefined as never })),
      on: () => () => undefined,
    });
    const kiosk = new Kiosk(bridge);
    kiosk.active();
    setClock(by);
    vi.advanceTimersByTime(5000);
    kiosk.active();
    expect(told).toBe(2);
    setClock(by);
    kiosk.active();
    expect(told).toBe(2);
  });
});
