import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { toHex } from '../../src/ctap/codec/bytes.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { profileOf } from '../../src/softkey/profile.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { autoPresence, neverPresence, type UserPresence } from '../../src/softkey/user-presence.js';

/** Debian's package belongs to Debian's interpreter, and a PYTHONPATH would hide it. */
const PYTHON = '/usr/bin/python3';
const isInstalled = existsSync('/usr/lib/python3/dist-packages/fido2');
const reason = isInstalled ? '' : ' (skipped: python3-fido2 is not installed; node tools/setup.js peers)';

const run = promisify(execFile);

async function python(script: string, ...args: string[]): Promise<unknown> {
  const env = { ...process.env };
  delete env['PYTHONPATH'];
  const path = join(import.meta.dirname, script);
  const { stdout } = await run(PYTHON, ['-B', '-W', 'ignore', path, ...args], { env, timeout: 60_000 });
  return JSON.parse(stdout);
}

describe.skipIf(!isInstalled)(`python-fido2 and the software key${reason}`, () => {
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
    ['2.0', { versions: ['FIDO_2_0'], pinProtocol: 1 }],
    ['2.1', { versions: ['FIDO_2_0', 'FIDO_2_1'], pinProtocol: 2 }],
    ['2.3', { versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'], pinProtocol: 2 }],
  ] as const)(
    'on CTAP %s: information, PIN, credentials and assertions that verify',
    { timeout: 60_000 },
    async (profile, special) => {
      const server = await listenUdp(new SoftKey({ profile, presence }), { host: '127.0.0.1', port: 0 });
      try {
        const report = await python('software_key.py', server.host, String(server.port));
        expect(report).toMatchObject({ ...everywhere, ...special, aaguid: toHex(profileOf(profile).aaguid) });
        if (profile !== '2.0') expect(report).toMatchObject({ names: { found: ['RS256', 'EdDSA', 'ES256'], left: 2 } });
      } finally {
        await server.close();
      }
    },
  );
});
