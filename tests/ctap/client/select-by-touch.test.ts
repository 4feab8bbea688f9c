import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { selectByTouch } from '../../../src/ctap/client/select-by-touch.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { AskPresence } from '../../../src/softkey/user-presence.js';
import { openScripted, infoOf } from '../scripted-key.js';

/** A key that waits for a finger, and calls `onAsked` when it does. */
async function plug(options: Partial<SoftKeyOptions> = {}) {
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const presence = new AskPresence((waiting) => {
    if (waiting) asked();
  });
  const key = new SoftKey({ profile: '2.1', presence, ...options });
  const authenticator = await Authenticator.open(new MemoryPort(key));
  return { key, presence, authenticator, isAsked };
}

const isIdle = async ({ authenticator, presence }: Awaited<ReturnType<typeof plug>>) => {
  expect(presence.waiting).toBeUndefined();
  await expect(authenticator.ping(Uint8Array.of(7))).resolves.toEqual(Uint8Array.of(7));
};

describe('of several keys', () => {
  it.each([
    ['2.1', '2.1'],
    ['2.0', '2.3'],
    ['2.1', '2.0'],
    ['2.0', '2.0'],
  ] as const)('the one that is touched is meant (%s beside %s), and all are idle then', async (one, other) => {
    const keys = [await plug({ profile: one }), await plug({ profile: other })];
    let asked = 0;
    const selected = selectByTouch(keys, { onTouchNeeded: () => asked++ });
    await Promise.all(keys.map(({ isAsked }) => isAsked));
    keys[1]?.presence.press();
    await expect(selected).resolves.toBe(keys[1]);
    expect(asked).toBe(1);
    for (const key of keys) await isIdle(key);
  });

  it('one that is pulled out drops out, and the rest goes on', async () => {
    const keys = [await plug(), await plug({ profile: '2.0' })];
    const selected = selectByTouch(keys);
    await Promise.all(keys.map(({ isAsked }) => isAsked));
    keys[0]?.key.unplug();
    keys[1]?.presence.press();
    await expect(selected).resolves.toBe(keys[1]);
  });

  it('one on which the person declines drops out, and the rest goes on', async () => {
    const keys = [await plug(), await plug()];
    const selected = selectByTouch(keys);
    await Promise.all(keys.map(({ isAsked }) => isAsked));
    keys[0]?.presence.deny();
    keys[1]?.presence.press();
    await expect(selected).resolves.toBe(keys[1]);
  });

  it('none is meant when the time is up on all', async () => {
    const keys = [await plug({ touchTimeoutMs: 20 }), await plug({ touchTimeoutMs: 20, profile: '2.0' })];
    await expect(selectByTouch(keys)).rejects.toMatchObject({ status: CtapStatus.USER_ACTION_TIMEOUT });
  });

  it('none is meant when all are pulled out', async () => {
    const keys = [await plug(), await plug()];
    const selected = selectByTouch(keys);
    await Promise.all(keys.map(({ isAsked }) => isAsked));
    for (const { key } of keys) key.unplug();
    await expect(selected).rejects.toMatchObject({ code: 'device-removed' });
  });

  it('none is meant when somebody cancels, and all are idle then', async () => {
    const keys = [await plug(), await plug({ profile: '2.0' })];
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    const selected = selectByTouch(keys, { signal: stop.signal });
    await Promise.all(keys.map(({ isAsked }) => isAsked));
    stop.abort(reason);
    await expect(selected).rejects.toBe(reason);
    for (const key of keys) await isIdle(key);
  });
});

it('a single key needs no touch', async () => {
  const key = await plug();
  await expect(selectByTouch([key])).resolves.toBe(key);
  expect(key.presence.waiting).toBeUndefined();
});

it('costs a CTAP 2.0 key with a PIN no try', async () => {
  const keys = [await plug({ profile: '2.0' }), await plug()];
  const [{ authenticator, presence, isAsked }] = keys as [(typeof keys)[0]];
  await authenticator.clientPin?.setPin(encodePin('1234'));
  await authenticator.refresh();
  const selected = selectByTouch(keys);
  await isAsked;
  presence.press();
  await expect(selected).resolves.toBe(keys[0]);
  await expect(authenticator.clientPin?.pinRetries()).resolves.toMatchObject({ retries: 8 });
});

describe('a key from before CTAP 2.1', () => {
  const other = () => plug({ touchTimeoutMs: 60_000 });

  it.each([CtapStatus.PIN_INVALID, CtapStatus.PIN_AUTH_INVALID, CtapStatus.PIN_NOT_SET])(
    'says 0x%x for a touch',
    async (status) => {
      const old = await openScripted(infoOf({ 0x04: new Map([['clientPin', true]]) }), () => status);
      await expect(selectByTouch([old, await other()])).resolves.toBe(old);
      // Some keys insist on a protocol, and take an empty proof without one for a wrong PIN.
      expect(old.asked[0]?.parameters.get(8)).toEqual(new Uint8Array());
      expect(old.asked[0]?.parameters.get(9)).toBe(1);
    },
  );

  it('is asked without a PIN where it has none', async () => {
    const old = await openScripted(infoOf(), () => new Map());
    await expect(selectByTouch([old, await other()])).resolves.toBe(old);
    expect(old.asked[0]?.parameters.has(8)).toBe(false);
  });

  it('is asked in the old way when it says 2.1 and does not know the command', async () => {
    const info = infoOf({ 0x01: ['FIDO_2_1'], 0x04: new Map([['clientPin', true]]) });
    const replies: number[] = [CtapStatus.INVALID_COMMAND, CtapStatus.PIN_INVALID];
    const old = await openScripted(info, () => replies.shift() ?? CtapStatus.OTHER);
    await expect(selectByTouch([old, await other()])).resolves.toBe(old);
    expect(old.asked.map(({ command }) => command)).toEqual([0x0b, 0x01]);
  });
});
