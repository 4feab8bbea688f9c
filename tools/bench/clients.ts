import { Authenticator } from '../../src/ctap/authenticator.js';
import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { openUdpPort, parseUdpAddress } from '../../src/ctap/hid/udp-port.js';
import { creation, ORIGIN, request, RP_ID } from '../../tests/ctap/options.js';
import { Person } from '../../tests/ctap/person.js';
import { runLibfido2, whyNoLibfido2 } from '../peers/libfido2.js';
import { runPython, whyNoPython } from '../peers/python.js';
import type { BenchClient, Timing, Work } from './client.js';

/** The PIN that every client is given. */
export const PIN = '2580-bench';

/**
 * All clients that are compared.
 * @param root folder of this checkout
 */
export function benchClients(root: string): readonly BenchClient[] {
  return [
    ours('keydesk', { exclusive: true }),
    ours('keydesk, where others may use the key unheard', { exclusive: false }),
    {
      name: 'python-fido2',
      cannot: whyNoPython,
      run: async (address, work, rounds) =>
        timing(await runPython(root, 'tools/bench/python_fido2.py', [address, PIN, work, String(rounds)])),
    },
    {
      name: 'libfido2',
      cannot: (work) => (work === 'ping' ? 'libfido2 has no call for PING' : whyNoLibfido2()),
      run: async (address, work, rounds) =>
        timing(await runLibfido2(root, 'tools/bench/libfido2.c', [address, PIN, work, String(rounds)])),
    },
  ];
}

/** @param exclusive whether it is told that nobody else uses this key, which the bench, having started it, knows */
function ours(name: string, { exclusive }: { exclusive: boolean }): BenchClient {
  return {
    name,
    cannot: () => undefined,
    run: async (address, work, rounds) => {
      const port = await openUdpPort(parseUdpAddress(`udp:${address}`), { exclusive });
      const authenticator = await Authenticator.open(port);
      try {
        return await timed(rounds, worker(authenticator, work));
      } finally {
        await authenticator.close();
      }
    },
  };
}

function worker(authenticator: Authenticator, work: Work): () => Promise<unknown> {
  const kibibyte = new Uint8Array(1024).fill(0x78);
  switch (work) {
    case 'info':
      return () => authenticator.refresh();
    case 'ping':
      return () => authenticator.ping(kibibyte);
    case 'pair':
      return async () => {
        // As a program does whose person agreed to both: one session for the two.
        authenticator.clientPin?.forget();
        const session = authenticator.clientPin?.openSession(RP_ID);
        const context = { authenticator, interaction: new Person(PIN, PIN), session };
        const { id } = await create(creation(), ORIGIN, context);
        await get(request({ allowCredentials: [{ id, type: 'public-key' }] }), ORIGIN, context);
        session?.end();
      };
  }
}

async function timed(rounds: number, act: () => Promise<unknown>): Promise<Timing> {
  const ms: number[] = [];
  const cpu = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await act();
    ms.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}

/** What our programs print: the shape is theirs to keep. */
function timing(output: string): Timing {
  return JSON.parse(output) as Timing;
}
