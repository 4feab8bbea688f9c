import { strict as assert } from 'node:assert';

import type { Check } from './check.js';
import { HIDRAW_NODE } from './gadget.js';
import { errorOf, keydesk, KeyInfo, KeyList, resultOf } from './keydesk.js';
import { PERSON, sitDown, udevHasSeen } from './seat.js';
import { IDENTITY, type SoftwareKey } from './software-key.js';

/** What somebody who is not root sees of a key, and how they come to be allowed to use it. */
export function permissionChecks(key: SoftwareKey): Check[] {
  return [
    {
      name: 'a key that may not be opened is listed all the same, with the way to be allowed',
      run: async () => {
        await key.plugIn();
        const { keys } = await resultOf(keydesk(['keys'], PERSON), KeyList);
        const [{ problem, ...listed } = { problem: undefined }] = keys;
        assert.deepEqual(listed, { id: `usb:${HIDRAW_NODE}`, ...IDENTITY });
        assert.equal(problem?.code, 'key/not-permitted');
        assert.match(problem.next, /udev rule/);
      },
    },
    {
      name: 'a command for a key that may not be opened is refused with the same words',
      run: async () => {
        const { code, next } = await errorOf(keydesk(['info'], PERSON));
        assert.equal(code, 'key/not-permitted');
        assert.match(next, /udev rule/);
      },
    },
    {
      name: 'with the udev rule of Keydesk the person at the seat may use the key',
      run: async () => {
        await sitDown();
        await key.plugIn();
        await udevHasSeen(HIDRAW_NODE);
        await resultOf(keydesk(['info'], PERSON), KeyInfo);
      },
    },
  ];
}
