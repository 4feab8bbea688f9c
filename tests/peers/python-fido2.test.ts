import { describe, expect, it } from 'vitest';

import { toHex } from '../../src/ctap/codec/bytes.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { profileOf } from '../../src/softkey/profile.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { autoPresence, neverPresence, type UserPresence } from '../../src/softkey/user-presence.js';
import { runPython, whyNoPython } from '../../tools/peers/python.js';

const missing = whyNoPython();
const reason = missing === undefined ? '' : ` (skipped: ${missing})`;

async function python(...args: string[]): Promise<unknown> {
  return JSON.parse(await runPython(process.cwd(), 'tests/peers/software_key.py', args));
}

describe.skipIf(missing !== undefined)(`python-fido2 and the software key${reason}`, () => {
  const good = { format: 'packed', selfAttested: true, userVerified: true, countersRise: true };
  const everywhere = {
    ping: true,
    pinWasSet: false,
    pinIsSet: true,
    wrongPin: 'PIN_INVALID',
    retries: 7,
    cancelled: 'KEEPALIVE_CANCEL',
    algorithms: { ES256: good, EdDSA: good, RS256: good },
  };

  /** Somebody touches the key for every relying party but one. */
  const presence: UserPresence = {
    touch: (request, signal) =>
      (request.rpId === 'unattended.example' ? neverPresence : autoPresence).touch(request, signal),
  };

  it.each([
    ['2.0', { versions: ['U2F_V2', 'FIDO_2_0'], pinProtocol: 1 }],
    ['2.1', { versions: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1'], pinProtocol: 2 }],
    ['2.3', { versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'], pinProtocol: 2 }],
  ] as const)(
    'on CTAP %s: information, PIN, credentials and assertions that verify',
    { timeout: 60_000 },
    async (profile, special) => {
      const server = await listenUdp(new SoftKey({ profile, presence }), { host: '127.0.0.1', port: 0 });
      try {
        const report = await python(server.host, String(server.port));
        expect(report).toMatchObject({ ...everywhere, ...special, aaguid: toHex(profileOf(profile).aaguid) });
        if (profile !== '2.0') expect(report).toMatchObject({ names: { found: ['RS256', 'EdDSA', 'ES256'], left: 2 } });
      } finally {
        await server.close();
      }
    },
  );
});
