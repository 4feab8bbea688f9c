import { strict as assert } from 'node:assert';
import { openSync } from 'node:fs';

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PERSON, sitDown, udevHasSeen } from './seat.js';
import { devicesAsync, HIDAsync } from 'node-hid';

import { type Check, makeChecks } from './check.js';
import { defineGadget, GADGET_NODE, HIDRAW_NODE, plug, unplug } from './gadget.js';
import { runTrivialKey } from './trivial-key.js';

const identity = { manufacturer: 'Keydesk', product: 'Keydesk software key', serial: 'VM-0001' };

const checks: Check[] = [
  {
    name: 'node-hid lists a key on the bus',
    run: async () => {
      defineGadget(identity);
      await plug();
      const devices = await devicesAsync();
      console.log(JSON.stringify(devices));
      const [device] = devices;
      assert.equal(device?.usagePage, 0xf1d0);
      assert.equal(device.product, identity.product);
    },
  },
  {
    name: 'a report goes out and comes back',
    run: async () => {
      const stop = new AbortController();
      const key = runTrivialKey(GADGET_NODE, stop.signal);
      const hid = await HIDAsync.open(HIDRAW_NODE);
      const ping = Buffer.alloc(65);
      ping.writeUInt32BE(1, 1);
      ping.set([0x81, 0, 4, 1, 2, 3, 4], 5);
      await hid.write(ping);
      const got = await hid.read(5000);
      assert.deepEqual(Buffer.from(got ?? []), ping.subarray(1));
      await hid.close();
      stop.abort();
      await key;
    },
  },
  {
    name: 'unplug and replug',
    run: async () => {
      await unplug();
      assert.equal((await devicesAsync()).length, 0);
      await plug();
      assert.equal((await devicesAsync()).length, 1);
    },
  },
  {
    name: 'seat',
    run: async () => {
      const t = performance.now();
      await promisify(execFile)('node', ['-e', '0']);
      console.log('node start', performance.now() - t);
      const t2 = performance.now();
      await promisify(execFile)('node', ['-e', 'require("node-hid").devices()']);
      console.log('node-hid start', performance.now() - t2);
      const tryOpen = () => promisify(execFile)('/bin/sh', ['-c', 'exec 3<>/dev/hidraw0'], { ...PERSON });
      await assert.rejects(tryOpen, /Permission denied|can't/);
      await sitDown();
      await unplug();
      await plug();
      await udevHasSeen('/dev/hidraw0');
      console.log((await promisify(execFile)('udevadm', ['info', '/dev/hidraw0'])).stdout);
      await tryOpen();
    },
  },
];

await makeChecks(checks, openSync('/dev/ttyS1', 'w'));
