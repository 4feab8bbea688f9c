import { toHex } from '../../src/ctap/codec/bytes.js';
import { REBOOT } from '../../src/softkey/ports/udp-server.js';
import { runLibfido2, whyNoLibfido2 } from '../peers/libfido2.js';
import { runPython, whyNoPython } from '../peers/python.js';
import type { Client } from './client.js';
import { keydesk } from './keydesk.js';
import { parseReport } from './report.js';

/**
 * The clients that speak to a key on UDP: Keydesk's own library, and two that others have written.
 * @param root folder of this checkout
 */
export function udpClients(root: string): readonly Client[] {
  return [
    keydesk,
    {
      name: 'python-fido2',
      unavailable: whyNoPython(),
      lacks: () => ({}),
      run: async ({ address }, steps) =>
        parseReport(
          await runPython(root, 'tools/conformance/python_fido2.py', [address, toHex(REBOOT), ...steps]),
          steps,
        ),
    },
    {
      name: 'libfido2',
      // libfido2 1.12 manages credentials and fingerprints by the prototypes' numbers only.
      key: (profile) => ({ previews: profile !== '2.0' }),
      unavailable: whyNoLibfido2(),
      lacks: () => ({}),
      run: async ({ address }, steps) =>
        parseReport(await runLibfido2(root, 'tools/conformance/libfido2.c', [address, toHex(REBOOT), ...steps]), steps),
    },
  ];
}
