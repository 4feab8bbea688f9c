import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { get } from '../../../src/ctap/client/get.js';
import { HeldToken } from '../../../src/ctap/client/held-token.js';
import { setPin } from '../../../src/main/keys/pins.js';
import { TapIns } from '../../../src/main/keys/tap-ins.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-kiosk';
type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A key with a PIN and a passkey for each of the names. */
async function openKiosk(names: readonly string[], options: Partial<Parameters<typeof openDesk>[0]> = {}) {
  const desk = await openDesk({ folder: temporaryFolder(), ...options });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  for (const name of names) {
    const ceremonyId = newCeremony();
    const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options: creationOptions(name) }, RP);
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await desk.need('touch');
    desk.presence.press();
    await made;
  }
  return desk;
}

async function identify(desk: Desk) {
  const ceremonyId = newCeremony();
  const from = desk.needs.length;
  const identified = desk.tapIns.identify({ ceremonyId, keyId: KEY }, RP.id);
  await vi.waitUntil(() => desk.needs.slice(from).some(({ kind }) => kind === 'pin'));
  desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
  return identified;
}

/** Begins an assertion of any passkey, and tells what the person is asked for first. */
function assertion(desk: Desk) {
  const ceremonyId = newCeremony();
  const from = desk.needs.length;
  const done = desk.ceremonies.run(ceremonyId, KEY, (work) =>
    desk.tapIns.asserting(work, KEY, (verified) =>
      get({ challenge: 'AAECAwQFBgcICQoLDA0ODw', rpId: RP.id, userVerification: 'required' }, RP.origin, verified),
    ),
  );
  done.catch(() => undefined); // awaited by whoever wants to know
  const asked = vi.waitUntil(() => desk.needs.slice(from).find(({ kind }) => kind === 'pin' || kind === 'touch')?.kind);
  return { ceremonyId, done, asked };
}

/** Whether the next assertion wants the PIN. */
async function wantsPin(desk: Desk): Promise<boolean> {
  const { ceremonyId, done, asked } = assertion(desk);
  const kind = await asked;
  desk.ceremonies.cancel({ ceremonyId });
  await expect(done).rejects.toThrow();
  return kind === 'pin';
}

describe('a tap-in', () => {
  it('tells whose key it is, and signs in with one touch and no second PIN', async () => {
    const desk = await openKiosk(['ana']);
    const from = desk.needs.length;
    expect(await identify(desk)).toMatchObject({ kind: 'accounts', accounts: [{ name: 'ana' }] });
    const { done, asked } = assertion(desk);
    expect(await asked).toBe('touch');
    desk.presence.press();
    expect((await done).response.signature).not.toBe('');
    expect(desk.needs.slice(from).filter(({ kind }) => kind === 'pin')).toHaveLength(1);
  });

  it('lists every account at the pool’s relying party', async () => {
    const desk = await openKiosk(['ana', 'ben', 'eve']);
    const identified = await identify(desk);
    if (identified.kind !== 'accounts') throw new Error('The key cannot list');
    expect(identified.accounts.map(({ name }) => name).sort()).toEqual(['ana', 'ben', 'eve']);
  });

  it('serves one assertion only', async () => {
    const desk = await openKiosk(['ana']);
    await identify(desk);
    expect(await wantsPin(desk)).toBe(false);
    expect(await wantsPin(desk)).toBe(true);
  });

  it('is over when it is left, and when the key is pulled out: the token is zeroed', async () => {
    const dropped = vi.spyOn(HeldToken.prototype, 'drop');
    onTestFinished(() => {
      dropped.mockRestore();
    });
    const desk = await openKiosk(['ana']);
    await identify(desk);
    desk.tapIns.leaveAll();
    expect(dropped).toHaveBeenCalledTimes(1);
    expect(await wantsPin(desk)).toBe(true);

    await identify(desk);
    desk.key.unplug();
    await desk.registry.look();
    expect(dropped).toHaveBeenCalledTimes(2);
    desk.key.replug();
    await desk.registry.look();
    expect(await wantsPin(desk)).toBe(true);
  });

  it('is over after its time', async () => {
    const desk = await openKiosk(['ana']);
    const hasty = new TapIns({ ceremonies: desk.ceremonies, idleMs: 0 });
    await identify({ ...desk, tapIns: hasty });
    await new Promise((resolve) => setTimeout(resolve, 5)); // behind the timer of the tap-in
    expect(await wantsPin({ ...desk, tapIns: hasty })).toBe(true);
  });

  it('is over after its time even if the clock is set back meanwhile', async () => {
    onTestFinished(() => {
      vi.useRealTimers();
    });
    vi.useFakeTimers({ toFake: ['Date'] });
    const desk = await openKiosk(['ana']);
    const hasty = new TapIns({ ceremonies: desk.ceremonies, idleMs: 0 });
    await identify({ ...desk, tapIns: hasty });
    vi.setSystemTime(Date.now() - 86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 5)); // behind the timer of the tap-in
    expect(await wantsPin({ ...desk, tapIns: hasty })).toBe(true);
  });

  it('leaves nothing behind where the key cannot list, or is pulled out while the PIN is asked for', async () => {
    const old = await openKiosk(['ana'], { profile: '2.0' });
    const ceremony = { ceremonyId: newCeremony(), keyId: KEY };
    expect(await old.tapIns.identify(ceremony, RP.id)).toEqual({ kind: 'cannot-list' });
    expect(await wantsPin(old)).toBe(true);

    const desk = await openKiosk(['ana']);
    const pulled = desk.tapIns.identify({ ceremonyId: newCeremony(), keyId: KEY }, RP.id);
    await desk.need('pin');
    desk.key.unplug();
    await desk.registry.look();
    await expect(pulled).rejects.toMatchObject({ code: 'device-removed' });
  });
});
