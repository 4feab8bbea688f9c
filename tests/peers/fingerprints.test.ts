import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { SampleStatus } from '../../src/ctap/bio-enrollment.js';
import { ScriptedSensor } from '../../src/softkey/fingerprint-sensor.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { runPython, whyNoPython } from '../../tools/peers/python.js';
import { THUMB } from '../softkey/fingers.js';

const why = whyNoPython();
const reason = why === undefined ? '' : ` (skipped: ${why})`;

describe.skipIf(why !== undefined)(`python-fido2 and the sensor of the software key${reason}`, () => {
  it.each(['2.1-pre', '2.1', '2.3'] as const)(
    'on CTAP %s: enrolment with its samples, names, tokens for a finger, removal',
    { timeout: 60_000 },
    async (profile) => {
      const sensor = new ScriptedSensor({ ...THUMB, status: SampleStatus.FP_TOO_LEFT }, THUMB, THUMB);
      const givesTokens = profile !== '2.1-pre';
      if (givesTokens) sensor.put(THUMB);
      const key = new SoftKey({ profile, fingerprints: { samples: 2 }, sensor });
      const server = await listenUdp(key, { host: '127.0.0.1', port: 0 });
      try {
        const root = join(import.meta.dirname, '../..');
        const report = await runPython(root, 'tests/peers/fingerprints.py', [server.host, String(server.port)]);
        expect(JSON.parse(report)).toEqual({
          samples: 2,
          before: 0,
          captures: ['FP_TOO_LEFT', 1, 0],
          named: ['thumb'],
          uv: true,
          tries: 5,
          ...(givesTokens && { token: 32 }),
          nobody: 'NO_USER_ACTIVITY',
          after: 0,
        });
      } finally {
        await server.close();
      }
    },
  );
});
