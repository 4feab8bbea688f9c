import { describe, expect, it } from 'vitest';

import { listOnKey } from '../../../src/main/keys/passkeys-on-key.js';
import { changePin, setPin } from '../../../src/main/keys/pins.js';
import { changeSetting } from '../../../src/main/keys/settings.js';
import type { SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-asked';

async function open(options: Partial<SoftKeyOptions> = {}, pin = PIN) {
  const desk = await openDesk({ folder: temporaryFolder(), ...options });
  if (pin !== '') await setPin(desk.registry, { keyId: KEY, pin });
  const ceremonyId = newCeremony();
  const list = () => listOnKey(desk, { ceremonyId, keyId: KEY, remember: false });
  return { ...desk, ceremonyId, list };
}

describe('a PIN', () => {
  it('is not asked for where the key would not look at it: it was wrong three times', async () => {
    const desk = await open();
    for (let wrong = 0; wrong < 3; wrong++)
      await changePin(desk.registry, { keyId: KEY, current: 'wrong', next: PIN, spendLastTries: false }).catch(
        () => undefined,
      );
    await expect(desk.list()).rejects.toMatchObject({ failure: { code: 'pin/replug', retries: 5 } });
    expect(desk.needs.filter(({ kind }) => kind === 'pin')).toEqual([]);
    desk.key.powerCycle();
    await desk.registry.use(KEY, () => Promise.resolve());
    const listed = desk.list();
    await desk.need('pin');
    desk.answer(desk.ceremonyId, { kind: 'pin', pin: PIN });
    await expect(listed).resolves.toMatchObject({ existing: 0 });
  });
});

describe('a PIN that must be changed', () => {
  async function forced() {
    const desk = await open({ profile: '2.3' });
    const first = newCeremony();
    const set = changeSetting(desk.visits, { ceremonyId: first, keyId: KEY, change: { setting: 'force-pin-change' } });
    await desk.need('pin');
    desk.answer(first, { kind: 'pin', pin: PIN });
    await set;
    desk.visits.leaveAll();
    return desk;
  }

  it('is changed within what it was asked for', async () => {
    const desk = await forced();
    const listed = desk.list();
    await desk.need('pin');
    desk.answer(desk.ceremonyId, { kind: 'pin', pin: PIN });
    expect(await desk.need('new-pin')).toMatchObject({ mustChange: true, refused: false });
    desk.answer(desk.ceremonyId, { kind: 'new-pin', pin: 'another-one' });
    await expect(listed).resolves.toMatchObject({ existing: 0 });
    expect(desk.registry.summary(KEY).details?.pin.changeRequired).toBe(false);
  });

  it('is not replaced by itself, and the question stands', async () => {
    const desk = await forced();
    const listed = desk.list();
    await desk.need('pin');
    desk.answer(desk.ceremonyId, { kind: 'pin', pin: PIN });
    await desk.need('new-pin');
    expect(() => {
      desk.answer(desk.ceremonyId, { kind: 'new-pin', pin: PIN });
    }).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'pin/policy' }) as object }));
    desk.answer(desk.ceremonyId, { kind: 'new-pin', pin: 'another-one' });
    await listed;
  });
});

describe('a new PIN', () => {
  it('comes with the rules of the key, and is asked for again when the key refuses it', async () => {
    const complexityUrl = 'https://example.com/pins';
    const desk = await open({ profile: '2.3', pinPolicy: { complexity: true, complexityUrl } }, '');
    expect(desk.registry.summary(KEY).details?.pin).toMatchObject({ complexityPolicy: true, complexityUrl });
    const made = desk.enrolment.create({ ceremonyId: desk.ceremonyId, keyId: KEY, options: creationOptions() }, RP);
    expect(await desk.need('new-pin')).toMatchObject({ complexityPolicy: true, complexityUrl, refused: false });
    desk.answer(desk.ceremonyId, { kind: 'new-pin', pin: '44444444' });
    expect(await desk.need('new-pin')).toMatchObject({ refused: true });
    desk.answer(desk.ceremonyId, { kind: 'new-pin', pin: PIN });
    await desk.need('touch');
    desk.presence.press();
    await made;
  });
});
