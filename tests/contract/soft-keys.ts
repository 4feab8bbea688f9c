import type { HidPort } from '../../src/ctap/hid/port.js';
import { openUdpPort } from '../../src/ctap/hid/udp-port.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { listenUdp } from '../../src/softkey/ports/udp-server.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';

/** A software key on some cable, for the suites of this folder. */
export interface KeyOnCable {
  readonly key: SoftKey;
  open(): Promise<HidPort>;
  /** Takes the power away and gives it back; ports may have to be opened again. */
  powerCycle(): void;
  /** Pulls it out for good. */
  remove(): Promise<void>;
  release(): Promise<void>;
}

export type Cable = 'memory' | 'UDP';
export const CABLES: readonly Cable[] = ['memory', 'UDP'];

export async function plugIn(cable: Cable, options: SoftKeyOptions): Promise<KeyOnCable> {
  const key = new SoftKey(options);
  if (cable === 'memory') {
    return {
      key,
      open: () => Promise.resolve(new MemoryPort(key)),
      powerCycle: () => {
        key.unplug();
        key.replug();
      },
      remove: () => {
        key.unplug();
        return Promise.resolve();
      },
      release: () => Promise.resolve(),
    };
  }
  const server = await listenUdp(key, { host: '127.0.0.1', port: 0 });
  return {
    key,
    open: () => openUdpPort(server),
    powerCycle: () => {
      key.powerCycle();
    },
    remove: () => server.close(),
    release: () => server.close(),
  };
}
