import { once } from 'node:events';
import { EventEmitter } from 'node:events';

import { afterEach, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import { GadgetPort, type ReportDevice } from '../../../src/softkey/ports/gadget-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';

const INIT = `ffffffff8600080011223344556677`;

/** What the kernel's gadget does: it holds one report for the host at a time, and goes when it is unbound. */
class FakeDevice implements ReportDevice {
  readonly toKey: Uint8Array[] = [];
  readonly events = new EventEmitter();
  isBound = true;
  isClosed = false;
  refusals = 0;

  read(): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.toKey.shift());
  }

  write(report: Uint8Array): Promise<boolean> {
    if (this.refusals-- > 0) return Promise.resolve(false);
    this.events.emit('report', toHex(report));
    return Promise.resolve(true);
  }

  isThere(): Promise<boolean> {
    return Promise.resolve(this.isBound);
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.events.emit('closed');
    return Promise.resolve();
  }

  async ask(hex: string): Promise<string> {
    const answer = once(this.events, 'report');
    this.toKey.push(fromHex(hex.padEnd(128, '0')));
    return String((await answer)[0]).slice(0, 38);
  }
}

const open: GadgetPort[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((port) => port.close()));
});

async function serve(devices: FakeDevice[]) {
  const key = new SoftKey({ profile: '2.1' });
  const port = await GadgetPort.serve(key, '/dev/hidg0', () => {
    const device = devices.find(({ isBound }) => isBound);
    return device ? Promise.resolve(device) : Promise.reject(new Error('ENOENT'));
  });
  open.push(port);
  return { key, port };
}

it('carries reports both ways, and waits while the host has not fetched the last one', async () => {
  const device = new FakeDevice();
  await serve([device]);
  device.refusals = 3;
  expect(await device.ask(INIT)).toBe('ffffffff860011001122334455667700000001');
});

it('follows the gadget when it is unbound and bound again: the key has had a power cycle', async () => {
  const [first, second] = [new FakeDevice(), new FakeDevice()];
  second.isBound = false;
  await serve([first, second]);
  await first.ask(INIT);
  const closed = once(first.events, 'closed');
  first.isBound = false;
  await closed;
  second.isBound = true;
  expect(await second.ask('00000001810001aa')).toBe('00000001bf00010b' + '0'.repeat(22)); // the old channel is unknown
});

it('gives the device back when closed, or when the key goes', async () => {
  const device = new FakeDevice();
  const { key } = await serve([device]);
  const closed = once(device.events, 'closed');
  key.unplug();
  await closed;
  expect(device.isClosed).toBe(true);
});

it('says so when there is no device', async () => {
  const key = new SoftKey({ profile: '2.1' });
  await expect(GadgetPort.serve(key, '/dev/nothing-here')).rejects.toMatchObject({ code: 'ENOENT' });
});
