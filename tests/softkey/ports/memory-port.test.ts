import { describe, expect, it } from 'vitest';

import { CtapCommand } from '../../../src/ctap/commands.js';
import { HidCommand } from '../../../src/ctap/hid/constants.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { Platform, plug, READ_MS } from '../platform.js';

describe('several ports at one key', () => {
  it('all get every report, as with HID', async () => {
    const { key, platform } = await plug();
    const other = new MemoryPort(key);
    await platform.send(HidCommand.PING, Uint8Array.of(1, 2, 3));
    const report = await platform.port.read(READ_MS);
    expect(await other.read(READ_MS)).toEqual(report);
  });

  it('do not share the bytes: what one program does to a report, others do not see', async () => {
    const { key, platform } = await plug();
    const other = new MemoryPort(key);
    await platform.send(HidCommand.PING, Uint8Array.of(1, 2, 3));
    (await platform.port.read(READ_MS)).fill(0);
    expect((await other.read(READ_MS))[9]).toBe(3);
  });

  it('serve two programs in turn', async () => {
    const { key, platform } = await plug();
    const other = await Platform.open(new MemoryPort(key));
    expect(other.cid).not.toBe(platform.cid);
    for (const each of [platform, other, platform])
      expect((await each.ctap(CtapCommand.GET_INFO)).status).toBe('SUCCESS');
  });
});

describe('unplugging', () => {
  it('ends pending and later reads and writes with device-removed', async () => {
    const { key, platform } = await plug();
    const pending = platform.port.read(READ_MS);
    key.unplug();
    const removed = { name: 'TransportError', code: 'device-removed' };
    await expect(pending).rejects.toMatchObject(removed);
    await expect(platform.port.read(READ_MS)).rejects.toMatchObject(removed);
    await expect(platform.port.write(new Uint8Array(64))).rejects.toMatchObject(removed);
    await expect(new MemoryPort(key).read(READ_MS)).rejects.toMatchObject(removed);
  });

  it('and plugging in again needs a new port, as a new device does', async () => {
    const { key, platform } = await plug();
    key.unplug();
    key.unplug();
    key.replug();
    key.replug();
    await expect(platform.port.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'device-removed' });
    const again = await Platform.open(new MemoryPort(key));
    expect((await again.ctap(CtapCommand.GET_INFO)).status).toBe('SUCCESS');
  });
});

describe('closing', () => {
  it('ends a pending read with closed, leaves the key alone, and may be done twice', async () => {
    const { key, platform } = await plug();
    const pending = platform.port.read(READ_MS);
    await platform.port.close();
    await platform.port.close();
    await expect(pending).rejects.toMatchObject({ code: 'closed' });
    await expect(platform.port.write(new Uint8Array(64))).rejects.toMatchObject({ code: 'closed' });
    const other = await Platform.open(new MemoryPort(key));
    expect((await other.ctap(CtapCommand.GET_INFO)).status).toBe('SUCCESS');
  });
});

it('reports of another size are refused', async () => {
  const port = new MemoryPort(new SoftKey({ profile: '2.1' }));
  await expect(port.write(new Uint8Array(65))).rejects.toMatchObject({ code: 'protocol' });
});

it('reading from a silent key ends with no-answer', async () => {
  const port = new MemoryPort(new SoftKey({ profile: '2.1' }));
  await expect(port.read(5)).rejects.toMatchObject({ code: 'no-answer' });
});
