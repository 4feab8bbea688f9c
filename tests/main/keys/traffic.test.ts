import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { KeyTraffic } from '../../../src/main/keys/traffic.js';
import type { PluggedKey } from '../../../src/main/keys/plugged-key.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';

const softKey = new SoftKey({ profile: '2.1' });
const plugged: PluggedKey = {
  id: 'test:1',
  product: 'Test key',
  manufacturer: 'Keydesk',
  serial: 'SERIAL-0001',
  connection: 'usb',
  open: () => Promise.resolve(new MemoryPort(softKey)),
};

function linesOf(traffic: KeyTraffic): Record<string, unknown>[] {
  return traffic
    .textOf('test:1')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('traffic with a key', () => {
  it('is headed by what the key is, without its serial number', async () => {
    const traffic = new KeyTraffic(() => 0);
    const authenticator = await Authenticator.open(await traffic.watch(plugged).open());
    await authenticator.close();
    const [header, first] = linesOf(traffic);
    expect(header).toMatchObject({ trace: 1, key: { product: 'Test key', passport: { vendor: 'Keydesk' } } });
    expect(first).toMatchObject({ direction: 'out', hid: 'INIT' });
    expect(traffic.textOf('test:1')).not.toContain('SERIAL');
  });

  it('is bounded: the oldest goes first', async () => {
    const traffic = new KeyTraffic(() => 0);
    const authenticator = await Authenticator.open(await traffic.watch(plugged).open());
    for (let pings = 0; pings < 300; pings++) await authenticator.ping(Uint8Array.of(1));
    await authenticator.close();
    const [, ...entries] = linesOf(traffic);
    expect(entries).toHaveLength(500);
    expect(entries.every(({ hid }) => hid === 'PING')).toBe(true);
  });

  it('is forgotten with the key', async () => {
    const traffic = new KeyTraffic(() => 0);
    await (await Authenticator.open(await traffic.watch(plugged).open())).close();
    traffic.keysChanged([]);
    expect(() => traffic.textOf('test:1')).toThrow('key/removed');
  });
});
