import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { openUdpPort, parseUdpAddress } from '../../../src/ctap/hid/udp-port.js';

describe('the address of a simulator', () => {
  it.each([
    ['udp:127.0.0.1:9111', '127.0.0.1', 9111],
    ['udp:localhost:1', 'localhost', 1],
    ['udp:[::1]:65535', '::1', 65_535],
  ])('%s', (text, host, port) => {
    expect(parseUdpAddress(text)).toEqual({ host, port });
  });

  it.each([
    '',
    'udp:',
    'udp:9111',
    'udp:127.0.0.1',
    'udp:127.0.0.1:0',
    'udp:127.0.0.1:65536',
    'udp:127.0.0.1:9111 ',
    'tcp:127.0.0.1:9111',
    'udp:::1:9111',
    'udp:192.0.2.1:9111',
    'udp:example.com:9111',
    'udp:[::]:9111',
  ])('%j is refused', (text) => {
    expect(() => parseUdpAddress(text)).toThrow(RangeError);
  });

  it('any text is an address on this machine or a RangeError', () => {
    const likely = fc.tuple(fc.constantFrom('udp:127.0.0.1:', 'udp:[::1]:', 'udp:'), fc.string()).map((parts) => parts.join('')); // prettier-ignore
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (text) => {
        try {
          const { host, port } = parseUdpAddress(text);
          expect(['127.0.0.1', '::1', 'localhost']).toContain(host);
          expect(port > 0 && port < 65_536).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

it('a port where nobody listens opens, and the first report tells', async () => {
  const port = await openUdpPort({ host: '127.0.0.1', port: 1 });
  await port.write(new Uint8Array(64)).catch(() => undefined);
  await expect(port.read(2000)).rejects.toMatchObject({ name: 'TransportError', code: 'device-removed' });
  await port.close();
});

it('hears nobody else, which is as good as hearing them where the caller vouches that there is nobody', async () => {
  for (const exclusive of [undefined, false, true]) {
    const port = await openUdpPort({ host: '127.0.0.1', port: 1 }, exclusive === undefined ? {} : { exclusive });
    expect(port.hearsOthers).toBe(exclusive ?? false);
    await port.close();
  }
});
