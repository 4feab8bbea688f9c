import type { SoftKey } from '../soft-key.js';
import { GadgetDevice } from './gadget-device.js';

/** How often the device is asked for reports: often while it talks, seldom when it is quiet. */
const BUSY_POLL_MS = 1;
const IDLE_POLL_MS = 10;
/** How long after the last report the device counts as talking. */
const BUSY_FOR_MS = 2000;
/** How often we look whether the device is still the one that we opened. */
const WATCH_MS = 100;

/** What this port needs of a device: `GadgetDevice` is the real one. */
export type ReportDevice = Pick<GadgetDevice, 'read' | 'write' | 'isThere' | 'close'>;

/**
 * Puts a software key behind a USB gadget, so that a real USB host sees it. When the gadget is unbound its device file
 * goes; when it is bound again, the key has been plugged in anew: a power cycle.
 */
export class GadgetPort {
  readonly #key: SoftKey;
  readonly #open: () => Promise<ReportDevice>;
  readonly #outgoing: Uint8Array[] = [];
  #device: ReportDevice | undefined;
  #isOpen = true;
  #detach: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(key: SoftKey, open: () => Promise<ReportDevice>) {
    this.#key = key;
    this.#open = open;
  }

  /** Serves the device at `path`. Rejects with the system's error when it cannot be opened now. */
  static async serve(key: SoftKey, path: string, open = GadgetPort.#realDevice(path)): Promise<GadgetPort> {
    const port = new GadgetPort(key, open);
    await port.#start();
    return port;
  }

  static #realDevice(path: string): () => Promise<ReportDevice> {
    return () => GadgetDevice.open(path);
  }

  /** Gives the device back. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#detach();
    await this.#running;
  }

  async #start(): Promise<void> {
    this.#device = await this.#open();
    this.#detach = this.#key.attach({
      onReport: (report) => {
        this.#outgoing.push(report);
      },
      onUnplug: () => {
        this.#isOpen = false;
      },
    });
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    let lastReport = performance.now();
    let lastWatch = lastReport;
    while (this.#isOpen) {
      const now = performance.now();
      if (now - lastWatch > WATCH_MS) {
        lastWatch = now;
        await this.#followReplug();
      }
      if (await this.#exchange()) lastReport = now;
      else await sleep(now - lastReport < BUSY_FOR_MS ? BUSY_POLL_MS : IDLE_POLL_MS);
    }
    await this.#device?.close();
  }

  /** One report in, and as many out as the kernel takes. Tells whether anything moved. */
  async #exchange(): Promise<boolean> {
    const device = this.#device;
    if (!device) return false;
    const received = await device.read();
    if (received) this.#key.receive(received);
    let moved = received !== undefined;
    for (let report = this.#outgoing[0]; report && (await device.write(report)); report = this.#outgoing[0]) {
      this.#outgoing.shift();
      moved = true;
    }
    return moved;
  }

  async #followReplug(): Promise<void> {
    if (this.#device && !(await this.#device.isThere())) {
      await this.#device.close();
      this.#device = undefined;
    }
    if (this.#device) return;
    try {
      this.#device = await this.#open();
    } catch {
      return; // not bound yet
    }
    this.#outgoing.length = 0;
    this.#key.powerCycle();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
