import { strict as assert } from 'node:assert';

import type { Check } from './check.js';
import { parseTokenInfo, parseTokenList } from './fido2-token.js';
import { HIDRAW_NODE } from './gadget.js';
import { Running, succeed } from './running.js';
import { PERSON, sitDown, udevHasSeen } from './seat.js';
import { IDENTITY, SoftwareKey } from './software-key.js';

const key = new SoftwareKey();

export const checks: readonly Check[] = [
  {
    name: 'fido2-token lists the same key',
    run: async () => {
      await key.plugIn();
      const out = await succeed(new Running('fido2-token', ['-L']));
      console.log(out);
      console.log(parseTokenList(out));
    },
  },
  {
    name: 'info',
    run: async () => {
      const out = await succeed(new Running('fido2-token', ['-I', HIDRAW_NODE]));
      console.log(out);
      console.log(parseTokenInfo(out));
    },
  },
  {
    name: 'replug',
    run: async () => {
      await key.replug();
      const out = await succeed(new Running('fido2-token', ['-I', HIDRAW_NODE]));
      console.log(out);
    },
  },
];
