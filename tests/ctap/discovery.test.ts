import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { discover, parseSimulators, SimulatorListError, simulatorKey } from '../../src/ctap/discovery.js';
import { BROADCAST_CID, HidCommand, HidErrorCode } from '../../src/ctap/hid/constants.js';
import { MessageReader, toReports } from '../../src/ctap/hid/framing.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey } from '../../src/softkey/soft-key.js';

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** Something that listens on UDP; `answer` says whether it gives out channels as a key does, or says that it is busy. */
async function listen(answer: boolean | 'busy'): Promise<{ host: string; port: number }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (report, { port, address }) => {
    const message = new MessageReader(BROADCAST_CID).push(report);
    if (answer === false || message?.command !== HidCommand.INIT) return;
    const channel = Uint8Array.from([...message.payload.subarray(0, 8), 0, 0, 0, 7, 2, 1, 2, 3, 0x04]);
    const [command, payload] =
      answer === 'busy' ? [HidCommand.ERROR, Uint8Array.of(HidErrorCode.CHANNEL_BUSY)] : [HidCommand.INIT, channel];
    for (const part of toReports(BROADCAST_CID, command, payload)) socket.send(part, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { host: '127.0.0.1', port: socket.address().port };
}

/** This machine may have keys of its own, or no libraries for USB: neither matters here. */
async function simulatorsFound(
  addresses: readonly { host: string; port: number }[],
  isInUse?: (id: string) => boolean,
): Promise<string[]> {
  const answering = await listen(true); // with one that answers, what USB lacks is told and not thrown
  const found = await discover([...addresses, answering], isInUse ? { isInUse } : {});
  return found
    .filter(({ connection, id }) => connection === 'simulator' && !id.endsWith(`:${answering.port}`))
    .map(({ id }) => id);
}

describe('discovery', () => {
  it('lists a simulator that gives out a channel', async () => {
    const { port } = await listen(true);
    expect(await simulatorsFound([{ host: '127.0.0.1', port }])).toEqual([`udp:127.0.0.1:${port}`]);
  });

  it('leaves out what listens but does not answer, and what does not even listen', async () => {
    const silent = await listen(false);
    const gone = await listen(true);
    const socket = sockets.pop();
    socket?.close();
    expect(await simulatorsFound([silent, gone])).toEqual([]);
  });

  it('lists a simulator that misses the first question', async () => {
    const socket = createSocket('udp4');
    sockets.push(socket);
    let asked = 0;
    socket.on('message', (report, { port, address }) => {
      asked += 1;
      const message = new MessageReader(BROADCAST_CID).push(report);
      if (asked === 1 || message?.command !== HidCommand.INIT) return;
      const channel = Uint8Array.from([...message.payload.subarray(0, 8), 0, 0, 0, 7, 2, 1, 2, 3, 0x04]);
      for (const part of toReports(BROADCAST_CID, HidCommand.INIT, channel)) socket.send(part, port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    expect(await simulatorsFound([{ host: '127.0.0.1', port }])).toEqual([`udp:127.0.0.1:${port}`]);
  });

  it('lists a simulator that says that it is busy', async () => {
    const busy = await listen('busy');
    expect(await simulatorsFound([busy])).toEqual([`udp:127.0.0.1:${busy.port}`]);
  });

  it('lists a simulator that answers nobody else while it is at work for the caller, or has just begun', async () => {
    const silent = await listen(false);
    const bound = await listen(true); // to one client, so that others are told that nobody listens
    sockets.pop()?.close();
    const ids = [silent, bound].map(({ port }) => `udp:127.0.0.1:${port}`);
    expect(await simulatorsFound([silent, bound], () => true)).toEqual(ids);
    const asked = new Set<string>();
    const hasBegun = (id: string) => asked.has(id) || !asked.add(id);
    expect(await simulatorsFound([silent, bound], hasBegun)).toEqual(ids);
    expect(await simulatorsFound([silent, bound], (id) => id === ids[0])).toEqual([ids[0]]);
  });

  it('leaves out a simulator that says itself that it is unplugged, even while it is at work for the caller', async () => {
    const key = new SoftKey({ profile: '2.1' });
    const server = await listenUdp(key, { host: '127.0.0.1', port: 0 });
    const id = `udp:127.0.0.1:${server.port}`;
    try {
      key.unplug();
      expect(await simulatorsFound([server], () => true)).toEqual([]);
      key.replug();
      expect(await simulatorsFound([server])).toEqual([id]);
    } finally {
      await server.close();
    }
  });

  it('names a simulator on IPv6 so that its name can be read again', () => {
    expect(parseSimulators(simulatorKey({ host: '::1', port: 9111 }).id)).toEqual([{ host: '::1', port: 9111 }]);
  });
});

describe('a list of simulators', () => {
  it.each([undefined, '', '  '])('is empty for %j', (text) => {
    expect(parseSimulators(text)).toEqual([]);
  });

  it('takes several, with spaces between', () => {
    expect(parseSimulators('udp:127.0.0.1:9111, udp:localhost:9112')).toEqual([
      { host: '127.0.0.1', port: 9111 },
      { host: 'localhost', port: 9112 },
    ]);
  });

  it.each([
    ['udp:127.0.0.1:9111,', ''],
    ['udp:127.0.0.1:9111,127.0.0.1:9112', '127.0.0.1:9112'],
    ['udp:127.0.0.1:0', 'udp:127.0.0.1:0'],
    ['udp:192.0.2.7:9111', 'udp:192.0.2.7:9111'],
  ])('%j is refused, and the entry named', (text, entry) => {
    expect(() => parseSimulators(text)).toThrow(SimulatorListError);
    expect(() => parseSimulators(text)).toThrow(expect.objectContaining({ entry }) as Error);
  });

  it('either reads a text or says what is wrong with it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          for (const { port } of parseSimulators(text)) expect(port).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(SimulatorListError);
        }
      }),
    );
  });
});
