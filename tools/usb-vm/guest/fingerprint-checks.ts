import { strict as assert } from 'node:assert';

import { z } from 'zod';

import type { Check } from './check.js';
import { parseTokenInfo } from './fido2-token.js';
import { HIDRAW_NODE } from './gadget.js';
import { keydesk, resultOf } from './keydesk.js';
import { Running, succeed } from './running.js';
import type { SoftwareKey } from './software-key.js';

const PIN = '481516';
const FINGER = 'left index';

const Fingerprint = z.object({ fingerprintId: z.string(), name: z.string().optional() });
const Added = z.object({ added: Fingerprint });
const Fingerprints = z.object({ fingerprints: z.array(Fingerprint) });

/** A finger on a key with a sensor, by the command line; fido2-token, which asks for the PIN itself, is the witness. */
export function fingerprintChecks(key: SoftwareKey): Check[] {
  return [
    {
      name: 'keydesk fingerprints add enrols a finger, which fido2-token lists by its name',
      run: async () => {
        await key.plugIn({ fingerprints: true, previews: true, memory: 'fingers' });
        await succeed(keydesk(['pin', 'set'], { input: `${PIN}\n` }));
        const { added } = await resultOf(
          keydesk(['fingerprints', 'add', '--name', FINGER], { input: `${PIN}\n` }),
          Added,
        );
        assert.equal(added.name, FINGER);
        const listed = await succeed(new Running('fido2-token', ['-L', '-e', HIDRAW_NODE], { input: `${PIN}\n` }));
        assert.match(listed, new RegExp(`^00: \\S+ ${FINGER}\n$`));
        assert.equal(await knowsFingers(), true);
      },
    },
    {
      name: 'keydesk fingerprints delete takes it off, and the key recognises nobody',
      run: async () => {
        const list = () => resultOf(keydesk(['fingerprints', 'list'], { input: `${PIN}\n` }), Fingerprints);
        const [finger] = (await list()).fingerprints;
        assert.ok(finger, 'there is no fingerprint');
        await succeed(keydesk(['fingerprints', 'delete', finger.fingerprintId, '--yes'], { input: `${PIN}\n` }));
        assert.deepEqual((await list()).fingerprints, []);
        assert.equal(await knowsFingers(), false);
      },
    },
  ];
}

async function knowsFingers(): Promise<boolean | undefined> {
  const { options } = parseTokenInfo(await succeed(new Running('fido2-token', ['-I', HIDRAW_NODE])));
  return options['uv'];
}
