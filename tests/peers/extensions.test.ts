import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { openUdpPort } from '../../src/ctap/hid/udp-port.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { MemoryStore } from '../../src/softkey/store/credential-store.js';
import { blankState } from '../../src/softkey/store/key-state.js';
import { runPython, whyNoPython } from '../../tools/peers/python.js';

const why = whyNoPython();
const reason = why === undefined ? '' : ` (skipped: ${why})`;

describe.skipIf(why !== undefined)(`python-fido2 and the extensions of the software key${reason}`, () => {
  it.each(['2.1', '2.3'] as const)(
    'on CTAP %s: hmac-secret on both protocols, credBlob, credProtect, minPinLength, large blobs',
    { timeout: 60_000 },
    async (profile) => {
      const store = new MemoryStore();
      const blank = blankState(new Uint8Array(32).fill(1));
      await store.save({ ...blank, config: { ...blank.config, minPinLength: 6, minPinLengthRpIds: ['example.com'] } });
      const server = await listenUdp(new SoftKey({ profile, store }), { host: '127.0.0.1', port: 0 });
      try {
        const root = join(import.meta.dirname, '../..');
        const text = await runPython(root, 'tests/peers/extensions.py', [server.host, String(server.port)]);
        const report = JSON.parse(text) as Record<string, unknown>;
        expect(report).toMatchObject({
          created: { 'hmac-secret': true, credBlob: true, credProtect: 3, minPinLength: 6 },
          largeBlobKey: 32,
          credBlob: 'a few bytes',
          sameLargeBlobKey: true,
          read: true,
          keyIsListed: true,
          left: 0,
        });
        const hex = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;
        expect(report['secrets1']).toEqual([hex, hex]);
        expect(report['secrets2']).toEqual(report['secrets1']);
        const key = await Authenticator.open(await openUdpPort(server));
        expect(key.info.options.get('largeBlobs')).toBe(true);
        await key.close();
      } finally {
        await server.close();
      }
    },
  );
});
