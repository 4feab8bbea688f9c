import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

import { REPORT_SIZE } from '../../ctap/hid/constants.js';

/**
 * The device file of a HID function of the kernel's USB gadget (`/dev/hidgN`).
 * It is read without blocking: a read that waits in the kernel could not be ended by closing the file.
 */
export class GadgetDevice {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #identity: string;

  private constructor(path: string, file: FileHandle, identity: string) {
    this.#path = path;
    this.#file = file;
    this.#identity = identity;
  }

  /** Rejects with the system's error. */
  static async open(path: string): Promise<GadgetDevice> {
    const file = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    return new GadgetDevice(path, file, identityOf(await file.stat()));
  }

  /** The next report from the host; undefined when there is none now. */
  async read(): Promise<Uint8Array | undefined> {
    const buffer = new Uint8Array(REPORT_SIZE);
    const length = await unlessIdle(async () => (await this.#file.read(buffer, 0, REPORT_SIZE, null)).bytesRead);
    return length === REPORT_SIZE ? buffer : undefined;
  }

  /** Whether the kernel took the report; it does not while the host has not fetched the one before. */
  async write(report: Uint8Array): Promise<boolean> {
    const length = await unlessIdle(async () => (await this.#file.write(report, 0, REPORT_SIZE, null)).bytesWritten);
    return length !== undefined;
  }

  /** Whether the path still leads to the device that was opened; the kernel makes a new one when the gadget is bound anew. */
  async isThere(): Promise<boolean> {
    try {
      return identityOf(await stat(this.#path)) === this.#identity;
    } catch {
      return false; // unbound: there is none now
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function identityOf({ ino, rdev }: { ino: number; rdev: number }): string {
  return `${ino}:${rdev}`;
}

/** What the kernel says while it has nothing to give, no room to take, or no host: none of these is a fault. */
const IDLE: ReadonlySet<unknown> = new Set(['EAGAIN', 'ESHUTDOWN', 'ENODEV', 'EIO']);

async function unlessIdle(act: () => Promise<number>): Promise<number | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Error && 'code' in error && IDLE.has(error.code)) return undefined;
    throw error;
  }
}
