import { strict as assert } from 'node:assert';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { toHex } from '../../../src/ctap/codec/bytes.js';
import { openHidPort } from '../../../src/ctap/hid/node-hid-port.js';
import type { Check } from './check.js';
import { parseTokenInfo, parseTokenList } from './fido2-token.js';
import { HIDRAW_NODE } from './gadget.js';
import { Running, succeed } from './running.js';
import { IDENTITY, type SoftwareKey } from './software-key.js';

/** Debian's fido2-token looks at the same key: it shares no code with us. */
export function witnessChecks(key: SoftwareKey): Check[] {
  return [
    {
      name: 'fido2-token lists the key',
      run: async () => {
        await key.plugIn();
        const [listing, ...others] = parseTokenList(await succeed(new Running('fido2-token', ['-L'])));
        assert.deepEqual(others, []);
        assert.equal(listing?.path, HIDRAW_NODE);
        assert.equal(listing.names, `${IDENTITY.manufacturer} ${IDENTITY.product}`);
      },
    },
    {
      name: 'fido2-token reads from the key what the library reads',
      run: async () => {
        const theirs = parseTokenInfo(await succeed(new Running('fido2-token', ['-I', HIDRAW_NODE])));
        const authenticator = await Authenticator.open(await openHidPort(HIDRAW_NODE));
        const { info } = authenticator;
        await authenticator.close();
        assert.deepEqual(theirs, {
          aaguid: toHex(info.aaguid),
          versions: info.versions,
          extensions: info.extensions,
          options: Object.fromEntries(info.options),
          pinProtocols: info.pinUvAuthProtocols,
          maxMessageSize: info.maxMsgSize,
        });
      },
    },
  ];
}
