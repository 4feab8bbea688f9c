import { describe, expect, it } from 'vitest';

import { CtapCommand } from '../../../src/ctap/commands.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { blankState, FACTORY_CONFIG } from '../../../src/softkey/store/key-state.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { getting, made, making, map, PinClient, Platform, plug } from '../platform.js';

const { RESET, MAKE_CREDENTIAL, GET_ASSERTION, GET_INFO } = CtapCommand;

describe.each(['2.0', '2.1', '2.3'] as const)('on CTAP %s', (profile) => {
  it('a touch within ten seconds of power-up wipes credentials, key handles, PIN and lockout', async () => {
    const store = new MemoryStore();
    const { platform, key } = await plug({ profile, store });
    const stored = made(await platform.success(MAKE_CREDENTIAL, making({ options: { rk: true } })));
    const handle = made(await platform.success(MAKE_CREDENTIAL, making()));
    const pin = new PinClient(platform, 1);
    await pin.setPin('1234');
    for (let tries = 0; tries < 3; tries++) await pin.askToken('9999');
    const secret = store.initial?.masterSecret;

    const answer = await platform.ctap(RESET);
    expect(answer).toMatchObject({ status: 'SUCCESS', keepalives: [2] });
    for (const { id } of [stored, handle]) {
      expect((await platform.ctap(GET_ASSERTION, getting({ allow: [id] }))).status).toBe('NO_CREDENTIALS');
    }
    expect(map(await platform.success(GET_INFO), 4).get('clientPin')).toBe(false);
    expect(store.initial?.masterSecret).not.toEqual(secret);
    expect((await pin.setPin('4321')).status).toBe('SUCCESS');
    await pin.token('4321');
    expect(key.plugged).toBe(true);
  });

  it('is too late after ten seconds, and possible again after a power cycle', async () => {
    let now = 5_000_000;
    const { platform, key } = await plug({ profile, now: () => now });
    now += 10_001;
    expect(await platform.ctap(RESET)).toMatchObject({ status: 'NOT_ALLOWED', keepalives: [] });
    key.powerCycle();
    now += 10_000;
    expect((await (await Platform.open(platform.port)).ctap(RESET)).status).toBe('SUCCESS');
  });

  it('is too late after five seconds on a key that takes no longer', async () => {
    let now = 0;
    const { platform } = await plug({ profile, now: () => now, resetWindowMs: 5000 });
    now += 5001;
    expect((await platform.ctap(RESET)).status).toBe('NOT_ALLOWED');
  });

  it('is refused without a touch on a key that takes none over USB', async () => {
    const { platform } = await plug({ profile, transportsForReset: ['nfc'] });
    expect(await platform.ctap(RESET)).toMatchObject({ status: 'OPERATION_DENIED', keepalives: [] });
  });

  it('wants a long touch where one was ordered, and only then', async () => {
    const presence = new AskPresence((waiting) => {
      // A tap comes first. Where it was too short, the key goes on waiting.
      if (waiting) queueMicrotask(() => { presence.press(0); presence.press(4999); held.push(presence.waiting?.heldMs); presence.press(5000); }); // prettier-ignore
    });
    const held: (number | undefined)[] = [];
    const store = new MemoryStore();
    const ordinary = await plug({ profile, store, presence });
    expect((await ordinary.platform.ctap(RESET)).status).toBe('SUCCESS');
    expect(held).toEqual([undefined]);

    await store.save({ ...(store.initial ?? blankState(new Uint8Array(32))), config: { ...FACTORY_CONFIG, longTouchForReset: true } }); // prettier-ignore
    const { platform } = await plug({ profile, store, presence });
    expect((await platform.ctap(RESET)).status).toBe('SUCCESS');
    expect(held).toEqual([undefined, 5000]);
    expect(store.initial?.config).toEqual(FACTORY_CONFIG);
  });

  it('does nothing when the user refuses or stays away', async () => {
    const presence = new AskPresence((waiting) => {
      if (waiting?.command === MAKE_CREDENTIAL) queueMicrotask(() => { presence.press(); }); // prettier-ignore
    });
    const { platform } = await plug({ profile, presence, touchTimeoutMs: 10 });
    const { id } = made(await platform.success(MAKE_CREDENTIAL, making()));
    expect((await platform.ctap(RESET)).status).toBe('USER_ACTION_TIMEOUT');
    const probe = getting({ allow: [id], options: { up: false } });
    expect((await platform.ctap(GET_ASSERTION, probe)).status).toBe('SUCCESS');
  });
});
