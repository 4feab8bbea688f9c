import { describe, expect, it } from 'vitest';

import { deleteOnKey, listOnKey } from '../../../src/main/keys/passkeys-on-key.js';
import { changePin, setPin } from '../../../src/main/keys/pins.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-known';

/** A key with a passkey, whose person wants its list without the PIN. */
async function openRemembered() {
  const desk = await openDesk({ folder: temporaryFolder(), profile: '2.3' });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  const making = newCeremony();
  const made = desk.enrolment.create({ ceremonyId: making, keyId: KEY, options: creationOptions() }, RP);
  await desk.need('pin');
  desk.answer(making, { kind: 'pin', pin: PIN });
  await desk.need('touch');
  desk.presence.press();
  await made;
  const list = (ceremonyId = newCeremony(), remember = false) => listOnKey(desk, { ceremonyId, keyId: KEY, remember });
  const ceremonyId = newCeremony();
  const listed = list(ceremonyId, true);
  await desk.need('pin');
  desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
  expect(await listed).toMatchObject({ existing: 1, remembered: true });
  const asked = () => desk.needs.filter(({ kind }) => kind === 'pin').length;
  /** Lists with the PIN, which is asked for. */
  const listWithPin = async (pin = PIN) => {
    const id = newCeremony();
    const answer = list(id);
    await desk.need('pin');
    desk.answer(id, { kind: 'pin', pin });
    return answer;
  };
  return { ...desk, list, listWithPin, asked };
}

describe('a key whose passkeys are listed without the PIN', () => {
  it('is known again after it was unplugged, and asks for nothing', async () => {
    const desk = await openRemembered();
    expect(desk.registry.summary(KEY).details?.canRemember).toBe(true);
    const before = desk.asked();
    desk.key.unplug();
    await desk.registry.look();
    desk.key.replug();
    await desk.registry.look();
    expect(await desk.list()).toMatchObject({ existing: 1, remembered: true });
    expect(desk.asked()).toBe(before);
  });

  it('takes the PIN for whatever changes it', async () => {
    const desk = await openRemembered();
    const [group] = (await desk.list()).relyingParties;
    const ids = { rpIdHash: group?.rpIdHash ?? '', credentialId: group?.passkeys[0]?.credentialId ?? '' };
    const before = desk.asked();
    const ceremonyId = newCeremony();
    const deleted = deleteOnKey(desk.visits, { ceremonyId, keyId: KEY, ...ids });
    await desk.need('pin');
    desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
    await deleted;
    expect(desk.asked()).toBe(before + 1);
    expect(await desk.list()).toMatchObject({ existing: 0, remembered: true });
  });

  it('is another key to us once its PIN was changed, by whomever', async () => {
    const desk = await openRemembered();
    await changePin(desk.registry, { keyId: KEY, current: PIN, next: 'another-one', spendLastTries: false });
    expect(await desk.listWithPin('another-one')).toMatchObject({ remembered: false });
  });

  it('is forgotten when its person wants that, and the token is overwritten', async () => {
    const desk = await openRemembered();
    const token = await desk.registry.use(KEY, ({ info }) => Promise.resolve(desk.remembered.tokenOf(info)));
    expect(token?.bytes.some((byte) => byte !== 0)).toBe(true);
    desk.remembered.forget(KEY);
    expect(token?.bytes.every((byte) => byte === 0)).toBe(true);
    expect(await desk.listWithPin()).toMatchObject({ remembered: false });
  });
});

it('a key that cannot be told from others is never remembered', async () => {
  const desk = await openDesk({ folder: temporaryFolder(), profile: '2.1' });
  await setPin(desk.registry, { keyId: KEY, pin: PIN });
  expect(desk.registry.summary(KEY).details?.canRemember).toBe(false);
  const ceremonyId = newCeremony();
  const listed = listOnKey(desk, { ceremonyId, keyId: KEY, remember: true });
  await desk.need('pin');
  desk.answer(ceremonyId, { kind: 'pin', pin: PIN });
  expect(await listed).toMatchObject({ remembered: false });
});
