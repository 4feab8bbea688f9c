import { strict as assert } from 'node:assert';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { selectByTouch } from '../../../src/ctap/client/select-by-touch.js';
import { openHidPort } from '../../../src/ctap/hid/node-hid-port.js';
import type { Check } from './check.js';
import { KeyPair } from './key-pair.js';
import { errorOf, keydesk, KeyInfo, resultOf } from './keydesk.js';
import type { SoftwareKey } from './software-key.js';

/** What takes a hand at the socket, or more keys than one. */
export function replugChecks(key: SoftwareKey): Check[] {
  return [
    {
      name: 'keydesk reset erases the key once it was unplugged, plugged in again and touched',
      run: async () => {
        await key.plugIn();
        assert.equal(await hasPin(), true, 'there is nothing to erase');
        const resetting = keydesk(['reset'], { input: 'erase\n' });
        await resetting.says(/"armed"/);
        await key.replug();
        const { code, stdout, stderr } = await resetting.ended();
        assert.equal(code, 0, `ended with ${code}: ${stdout}${stderr}`);
        assert.match(stdout, /"step":"touch"[^]*"member":"options.clientPin","before":true,"after":false/);
        assert.equal(await hasPin(), false);
      },
    },
    {
      name: 'of two keys the one that is touched is meant, and both are idle afterwards',
      run: async () => {
        await key.pullOut();
        const pair = new KeyPair();
        await pair.plugIn();
        try {
          const open = await Promise.all(
            pair.hidrawNodes.map(async (node) => ({
              authenticator: await Authenticator.open(await openHidPort(node)),
            })),
          );
          assert.equal(open.indexOf(await selectByTouch(open)), 1);
          for (const { authenticator } of open) {
            assert.deepEqual(await authenticator.ping(Uint8Array.of(1, 2)), Uint8Array.of(1, 2));
            await authenticator.close();
          }
          // Of two keys that cannot be told apart none is reset.
          const alike = keydesk(['reset', '--key', pair.hidrawNodes[0] ?? ''], { input: 'erase\n' });
          assert.equal((await errorOf(alike)).code, 'reset/alike-keys');
        } finally {
          await pair.pullOut();
        }
      },
    },
  ];
}

async function hasPin(): Promise<boolean | undefined> {
  const { info } = await resultOf(keydesk(['info']), KeyInfo);
  return info.options['clientPin'];
}
