import { describe, expect, it } from 'vitest';

import { setPin } from '../../../src/main/keys/pins.js';
import { resetKey } from '../../../src/main/keys/reset.js';
import type { SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { KEY, newCeremony, openDesk } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-reset';

async function openWithPin(options: Partial<SoftKeyOptions> = {}) {
  const desk = await openDesk({ folder: temporaryFolder(), ...options });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  return desk;
}

describe('a reset', () => {
  it('leads through unplugging, plugging in and a touch, and the key is as new for the window', async () => {
    const desk = await openWithPin();
    const done = resetKey(desk, { ceremonyId: newCeremony(), keyId: KEY });
    await desk.need('unplug');
    desk.key.unplug();
    await desk.need('plug');
    desk.key.replug();
    expect(await desk.need('touch')).not.toHaveProperty('seconds');
    desk.presence.press();
    await expect(done).resolves.toEqual({ keyId: KEY });
    expect(desk.registry.summary(KEY).details?.pin.state).toBe('unset');
    expect(desk.changes.at(-1)).toMatchObject([{ details: { pin: { state: 'unset' } } }]);
  });

  it('that is given up before anything was unplugged leaves everything as it was', async () => {
    const desk = await openWithPin();
    const ceremonyId = newCeremony();
    const done = resetKey(desk, { ceremonyId, keyId: KEY });
    done.catch(() => undefined);
    await desk.need('unplug');
    desk.ceremonies.cancel({ ceremonyId });
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(desk.registry.summary(KEY).details?.pin).toMatchObject({ state: 'set', retries: 8 });
  });

  it('keeps everybody from looking at keys meanwhile, and from working with this one', async () => {
    const desk = await openWithPin();
    const ceremonyId = newCeremony();
    const done = resetKey(desk, { ceremonyId, keyId: KEY });
    done.catch(() => undefined);
    await desk.need('unplug');
    desk.key.unplug();
    await desk.registry.look();
    expect(desk.registry.list()).toHaveLength(1);
    await expect(desk.registry.use(KEY, () => Promise.resolve())).rejects.toMatchObject({
      failure: { code: 'ceremony/busy' },
    });
    desk.ceremonies.cancel({ ceremonyId });
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(desk.registry.list()).toEqual([]);
  });

  it('that the key was told to refuse is begun again at once, and succeeds', async () => {
    const desk = await openWithPin();
    const ceremonyId = newCeremony();
    const done = resetKey(desk, { ceremonyId, keyId: KEY });
    for (const deed of ['deny', 'press'] as const) {
      await desk.need('unplug');
      desk.key.unplug();
      await desk.need('plug');
      desk.key.replug();
      await desk.need('touch');
      desk.presence[deed]();
      if (deed === 'press') break;
      expect(await desk.need('again')).toEqual({ kind: 'again', code: 'reset/blocked' });
      desk.answer(ceremonyId, { kind: 'again' });
    }
    await expect(done).resolves.toEqual({ keyId: KEY });
    expect(desk.registry.summary(KEY).details?.pin.state).toBe('unset');
  });

  it.each([
    ['key/reset-window', { resetWindowMs: -1 }],
    ['key/not-touched', { touchTimeoutMs: 1 }],
  ] as const)('that missed its moment says which (%s), and a no leaves everything as it was', async (code, options) => {
    const desk = await openWithPin(options);
    const ceremonyId = newCeremony();
    const done = resetKey(desk, { ceremonyId, keyId: KEY });
    done.catch(() => undefined);
    await desk.need('unplug');
    desk.key.unplug();
    await desk.need('plug');
    desk.key.replug();
    expect(await desk.need('again')).toEqual({ kind: 'again', code });
    desk.ceremonies.cancel({ ceremonyId });
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(desk.registry.summary(KEY).details?.pin.state).toBe('set');
  });
});
