import { describe, expect, it } from 'vitest';

import type { PinUvAuthToken } from '../../../src/ctap/pin/token.js';
import { handlersOf } from '../../../src/main/handlers.js';
import { deleteOnKey, listOnKey } from '../../../src/main/keys/passkeys-on-key.js';
import { changePin, setPin } from '../../../src/main/keys/pins.js';
import type { Services } from '../../../src/main/services.js';
import type { Handlers } from '../../../src/shared/ipc.js';
import { KeyId } from '../../../src/shared/keys.js';
import { creationOptions, KEY, newCeremony, openDesk, RP } from '../desk.js';
import { temporaryFolder } from '../temporary-folder.js';

const PIN = '2468-known';
const ELSEWHERE = KeyId.parse('test:2');
const isZeroed = ({ bytes }: PinUvAuthToken) => bytes.every((byte) => byte === 0);

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
  let keyId = KEY;
  const list = (ceremonyId = newCeremony(), remember = false) => listOnKey(desk, { ceremonyId, keyId, remember });
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
  /** The token, as it lies in memory. */
  const token = async () => {
    const found = await desk.registry.use(keyId, ({ info }) => Promise.resolve(desk.remembered.tokenOf(info)));
    if (!found) throw new Error('The key is not remembered');
    return found;
  };
  /** The same key at another place, under another id: it has no serial number that would tell. */
  const plugElsewhere = async () => {
    keyId = ELSEWHERE;
    await desk.plugElsewhere(ELSEWHERE);
  };
  return { ...desk, list, listWithPin, asked, token, plugElsewhere };
}

/** What the window may ask for, of what a desk has: neither pool nor traces. */
function windowOf({ gate: policy, ...desk }: Awaited<ReturnType<typeof openRemembered>>): Handlers {
  // Handlers that are asked for here use nothing that is not on the desk.
  return handlersOf({ ...desk, policy } as unknown as Services);
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
    const token = await desk.token();
    expect(isZeroed(token)).toBe(false);
    await windowOf(desk)['onKey.forget']({ keyId: KEY });
    expect(isZeroed(token)).toBe(true);
    expect(await desk.listWithPin()).toMatchObject({ remembered: false });
  });

  it('is forgotten by its id where it cannot be asked any more', async () => {
    const desk = await openRemembered();
    const token = await desk.token();
    desk.key.unplug();
    await desk.registry.look();
    await windowOf(desk)['onKey.forget']({ keyId: KEY });
    expect(isZeroed(token)).toBe(true);
  });
});

describe('such a key that is plugged in at another place', () => {
  it('is known again', async () => {
    const desk = await openRemembered();
    await desk.plugElsewhere();
    expect(await desk.list()).toMatchObject({ existing: 1, remembered: true });
  });

  it('is forgotten there, and the token is overwritten', async () => {
    const desk = await openRemembered();
    await desk.plugElsewhere();
    const token = await desk.token();
    await windowOf(desk)['onKey.forget']({ keyId: ELSEWHERE });
    expect(isZeroed(token)).toBe(true);
    expect(await desk.listWithPin()).toMatchObject({ remembered: false });
  });

  it('is forgotten when its PIN is changed there, and not when that fails', async () => {
    const desk = await openRemembered();
    await desk.plugElsewhere();
    const token = await desk.token();
    const change = (current: string) =>
      windowOf(desk)['keys.changePin']({ keyId: ELSEWHERE, current, next: 'another-one', spendLastTries: false });
    await expect(change('not-the-pin')).rejects.toMatchObject({ failure: { code: 'pin/wrong' } });
    expect(isZeroed(token)).toBe(false);
    await change(PIN);
    expect(isZeroed(token)).toBe(true);
  });

  it('is forgotten when it is reset there', async () => {
    const desk = await openRemembered();
    await desk.plugElsewhere();
    const token = await desk.token();
    const ceremonyId = newCeremony();
    const reset = Promise.resolve(windowOf(desk)['keys.reset']({ ceremonyId, keyId: ELSEWHERE }));
    reset.catch(() => undefined); // cancelled below: what counts is the token
    await desk.need('unplug');
    expect(isZeroed(token)).toBe(true);
    desk.ceremonies.cancel({ ceremonyId });
    await expect(reset).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not make another key forgotten that asks for the PIN there', async () => {
    const desk = await openRemembered();
    const token = await desk.token();
    const other = await openRemembered();
    const info = other.registry.infoOf(KEY);
    expect(info).toBeDefined();
    desk.remembered.forget(ELSEWHERE, info);
    expect(isZeroed(token)).toBe(false);
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
