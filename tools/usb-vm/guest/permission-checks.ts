import { strict as assert } from 'node:assert';

import type { Check } from './check.js';
import { HIDRAW_NODE } from './gadget.js';
import { Running, succeed } from './running.js';
import { PERSON, sitDown, udevHasSeen } from './seat.js';
import type { SoftwareKey } from './software-key.js';

/** What the CLI says to somebody who may not open the key, and how they come to be allowed. */
export function permissionChecks(key: SoftwareKey): Check[] {
  const openIt = (): Running => new Running('sh', ['-c', `exec 3<>${HIDRAW_NODE}`], PERSON);
  return [
    {
      name: 'a person who is not root may not open the key on a system without a rule',
      run: async () => {
        await key.plugIn();
        assert.notEqual((await openIt().ended()).code, 0);
      },
    },
    {
      name: 'with the udev rule of Keydesk the person at the seat may use the key',
      run: async () => {
        await sitDown();
        await key.plugIn();
        await udevHasSeen(HIDRAW_NODE);
        await succeed(openIt());
      },
    },
  ];
}
