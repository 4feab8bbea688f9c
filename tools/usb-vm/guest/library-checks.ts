import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { TransportError } from '../../../src/ctap/errors.js';
import { HidErrorCode, KeepaliveStatus, MAX_MESSAGE } from '../../../src/ctap/hid/constants.js';
import { listHidDevices, openHidPort } from '../../../src/ctap/hid/node-hid-port.js';
import { selection } from '../../../src/ctap/selection.js';
import type { Check } from './check.js';
import { HIDRAW_NODE, USB_ID } from './gadget.js';
import { IDENTITY, type SoftwareKey } from './software-key.js';

/** `src/ctap` on the real node-hid: what its tests on UDP and in memory cannot show. */
export function libraryChecks(key: SoftwareKey): Check[] {
  return [
    {
      name: 'the library lists a key by its usage, with the names it gives itself',
      run: async () => {
        assert.deepEqual(await listHidDevices(), []);
        await key.plugIn();
        assert.deepEqual(await listHidDevices(), [{ path: HIDRAW_NODE, ...IDENTITY, usbId: USB_ID }]);
      },
    },
    {
      name: 'the longest message goes out and comes back whole',
      run: () =>
        withKey(async (authenticator) => {
          const message = Uint8Array.from(randomBytes(MAX_MESSAGE));
          assert.deepEqual(await patiently(() => authenticator.ping(message)), message);
        }),
    },
    {
      name: 'two programs talk to one key without mixing up their answers',
      run: () =>
        withKey((one) =>
          withKey(async (other) => {
            const messages = [1, 2, 3, 4].map((fill) => new Uint8Array(200).fill(fill));
            const echo = (authenticator: Authenticator): Promise<Uint8Array[]> =>
              Promise.all(messages.map((message) => authenticator.ping(message)));
            assert.deepEqual(await Promise.all([echo(one), echo(other)]), [messages, messages]);
          }),
        ),
    },
    {
      name: 'a command given up while the key waits for a touch leaves it idle',
      run: async () => {
        await key.plugIn({ touch: 'never' });
        await withKey(async (authenticator) => {
          const abort = new AbortController();
          const reason = new Error('given up');
          const onKeepalive = (status: number): void => {
            if (status === KeepaliveStatus.UPNEEDED) abort.abort(reason);
          };
          await assert.rejects(selection(authenticator.ctap, { signal: abort.signal, onKeepalive }), reason);
          assert.deepEqual(await authenticator.ping(Uint8Array.of(1, 2, 3)), Uint8Array.of(1, 2, 3));
        });
      },
    },
    {
      name: 'a key pulled out while it waits for a touch is one clear error at once',
      run: async () => {
        const authenticator = await Authenticator.open(await openHidPort(HIDRAW_NODE));
        let touchNeeded = (): void => undefined;
        const waiting = new Promise<void>((resolve) => (touchNeeded = resolve));
        const onKeepalive = (status: number): void => {
          if (status === KeepaliveStatus.UPNEEDED) touchNeeded();
        };
        const ended = selection(authenticator.ctap, { onKeepalive }).then(
          () => undefined,
          (error: unknown) => error,
        );
        await Promise.race([waiting, ended]);
        await key.pullOut();
        const error = await ended;
        // Had it only noticed the silence, the code would be no-answer.
        assert.ok(error instanceof TransportError && error.code === 'device-removed', String(error));
        await authenticator.close();
      },
    },
  ];
}

/** A key gives up a message whose next report is half a second late. On a starved computer that may happen; not again and again. */
async function patiently<T>(act: () => Promise<T>, tries = 5): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const isLate = error instanceof TransportError && error.hidError === HidErrorCode.MSG_TIMEOUT;
    if (!isLate || tries === 1) throw error;
    return patiently(act, tries - 1);
  }
}

async function withKey(act: (authenticator: Authenticator) => Promise<void>): Promise<void> {
  const authenticator = await Authenticator.open(await openHidPort(HIDRAW_NODE));
  try {
    await act(authenticator);
  } finally {
    await authenticator.close();
  }
}
