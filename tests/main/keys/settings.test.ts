import { describe, expect, it } from 'vitest';

import { changePin, setPin } from '../../../src/main/keys/pins.js';
import { changeSetting } from '../../../src/main/keys/settings.js';
import type { CheckedInput } from '../../../src/shared/ipc.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-settings';
type Change = CheckedInput<'keySettings.change'>['change'];

async function open({ pin = PIN } = {}) {
  const desk = await openDesk({ folder: temporaryFolder(), profile: '2.3' });
  if (pin !== '') await setPin(desk.registry, { keyId: KEY, pin });
  const change = (asked: Change) =>
    changeSetting(desk.visits, { ceremonyId: newCeremony(), keyId: KEY, change: asked });
  /** The first change of a visit, with the PIN. */
  const changeFirst = async (asked: Change) => {
    const ceremonyId = newCeremony();
    const changed = changeSetting(desk.visits, { ceremonyId, keyId: KEY, change: asked });
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await changed;
  };
  const details = () => desk.registry.summary(KEY).details;
  return { ...desk, change, changeFirst, details };
}

describe('settings of a key', () => {
  it('are changed with one PIN entry, and told to the window as they are then', async () => {
    const desk = await open();
    expect(desk.details()?.settings).toMatchObject({ alwaysUv: false, longTouchForReset: false, minPinLength: 4 });
    await desk.changeFirst({ setting: 'always-uv', on: true });
    expect(desk.details()?.settings.alwaysUv).toBe(true);
    await desk.change({ setting: 'min-pin-length', length: 6 });
    expect(desk.details()).toMatchObject({ settings: { minPinLength: 6 }, pin: { minLength: 6 } });
    await desk.change({ setting: 'long-touch-for-reset' });
    expect(desk.details()?.settings.longTouchForReset).toBe(true);
    expect(desk.changes.at(-1)).toMatchObject([{ details: { settings: { longTouchForReset: true } } }]);
    expect(desk.needs.filter(({ kind }) => kind === 'pin')).toHaveLength(1);
  });

  it('that say what is already so change nothing', async () => {
    const desk = await open();
    await desk.changeFirst({ setting: 'always-uv', on: true });
    await desk.change({ setting: 'always-uv', on: true });
    expect(desk.details()?.settings.alwaysUv).toBe(true);
  });

  it('name the websites that may learn the shortest PIN, and no others do', async () => {
    const desk = await open();
    expect(desk.details()?.settings.maxRpIds).toBe(4);
    /** What the website of the pool learns with a new passkey. */
    const learnt = async () => {
      const ceremonyId = newCeremony();
      const options = { ...creationOptions(), extensions: { minPinLength: true } };
      const made = desk.enrolment.create({ ceremonyId, keyId: KEY, options }, RP);
      await desk.need('pin');
      desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
      await desk.need('touch');
      desk.presence.press();
      desk.visits.leaveAll();
      return (await made).response.clientExtensionResults;
    };
    await desk.changeFirst({ setting: 'min-pin-length-readers', rpIds: ['other.example.com'] });
    expect(await learnt()).toEqual({});
    await desk.changeFirst({ setting: 'min-pin-length-readers', rpIds: ['other.example.com', RP.id] });
    expect(await learnt()).toEqual({ minPinLength: 4 });
    desk.visits.leaveAll();
    const tooMany = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.example.com`);
    await expect(desk.changeFirst({ setting: 'min-pin-length-readers', rpIds: tooMany })).rejects.toMatchObject({
      code: 'too-much',
    });
  });

  it('never make PINs shorter again', async () => {
    const desk = await open();
    await desk.changeFirst({ setting: 'min-pin-length', length: 8 });
    await expect(desk.change({ setting: 'min-pin-length', length: 6 })).rejects.toMatchObject({ code: 'pin-length' });
  });

  it('can demand another PIN, after which the old one opens nothing', async () => {
    const desk = await open();
    await desk.changeFirst({ setting: 'force-pin-change' });
    expect(desk.details()?.pin.changeRequired).toBe(true);
    await changePin(desk.registry, { keyId: KEY, current: PIN, next: 'another-one', spendLastTries: false });
    expect(desk.details()?.pin.changeRequired).toBe(false);
  });

  it('of a key that nobody has protected want no PIN', async () => {
    const desk = await open({ pin: '' });
    await desk.change({ setting: 'long-touch-for-reset' });
    expect(desk.details()?.settings.longTouchForReset).toBe(true);
    expect(desk.needs.filter(({ kind }) => kind === 'pin')).toHaveLength(0);
  });
});
