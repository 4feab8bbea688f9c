import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

import { REPORT_SIZE } from '../../ctap/hid/constants.js';
import type { SoftKey } from '../soft-key.js';

/** How often the device is asked for reports: often while it talks, seldom when it is quiet. */
const BUSY_POLL_MS = 1;
const IDLE_POLL_MS = 10;
/** How long after the last report the device counts as talking. */
const BUSY_FOR_MS = 2000;
/** How often we look whether the device is still the one that we opened. */
const WATCH_MS = 100;

export interface GadgetPort {
  /** Gives the device back. */
  close(): Promise<void>;
}

/**
 * Puts a software key behind a HID function of the kernel's USB gadget (`/dev/hidgN`), so that a real USB host sees it.
 * When the host side is unbound, the device file goes; when it comes back, the key has been plugged in anew.
 * Rejects with the system's error when the device cannot be opened at first.
 *
 * The file is read without blocking: a read that waits in the kernel could not be ended by `close`.
 */
export async function serveGadget(key: SoftKey, path: string): Promise<GadgetPort> {
  const gadget = new Gadget(key, path);
  await gadget.start();
  return gadget;
}

class Gadget implements GadgetPort {
  readonly #key: SoftKey;
  readonly #path: string;
  readonly #outgoing: Uint8Array[] = [];
  #detach: () => void = () => undefined;
  #device: { file: FileHandle; identity: string } | undefined;
  #isOpen = true;
  #running: Promise<void> = Promise.resolve();

  constructor(key: SoftKey, path: string) {
    this.#key = key;
    this.#path = path;
  }

  async start(): Promise<void> {
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

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#detach();
    await this.#running;
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
      const moved = await this.#exchange();
      if (moved) lastReport = now;
      else await sleep(now - lastReport < BUSY_FOR_MS ? BUSY_POLL_MS : IDLE_POLL_MS);
    }
    await this.#device?.file.close();
  }

  /** One report in, all waiting reports out, as far as the kernel takes them. */
  async #exchange(): Promise<boolean> {
    const { file } = this.#device ?? {};
    if (!file) return false;
    const buffer = new Uint8Array(REPORT_SIZE);
    const received = await unlessBusy(async () => (await file.read(buffer, 0, REPORT_SIZE, null)).bytesRead);
    if (received === REPORT_SIZE) this.#key.receive(buffer);
    let sent = false;
    for (let report = this.#outgoing[0]; report; report = this.#outgoing[0]) {
      const waiting = report;
      const written = await unlessBusy(async () => (await file.write(waiting, 0, REPORT_SIZE, null)).bytesWritten);
      if (written === undefined) break; // the host has not fetched the last one yet
      this.#outgoing.shift();
      sent = true;
    }
    return sent || received === REPORT_SIZE;
  }

  /** The host was unbound when the device file is gone or is another one: that is a power cycle for the key. */
  async #followReplug(): Promise<void> {
    const identity = await identityOf(this.#path);
    if (this.#device && this.#device.identity !== identity) {
      await this.#device.file.close();
      this.#device = undefined;
      this.#outgoing.length = 0;
    }
    if (this.#device || identity === undefined) return;
    this.#key.powerCycle();
    this.#device = await this.#open();
  }

  async #open(): Promise<{ file: FileHandle; identity: string }> {
    const file = await open(this.#path, constants.O_RDWR | constants.O_NONBLOCK);
    const { ino, rdev } = await file.stat();
    return { file, identity: `${ino}:${rdev}` };
  }
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { ino, rdev } = await stat(path);
    return `${ino}:${rdev}`;
  } catch {
    return undefined; // unbound: there is no device now
  }
}

/** The result, or undefined when the kernel has nothing to give or no room to take, or the host is gone. */
async function unlessBusy(act: () => Promise<number>): Promise<number | undefined> {
  try {
    return await act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EAGAIN' || code === 'ESHUTDOWN' || code === 'ENODEV' || code === 'EIO') return undefined;
    throw error;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
