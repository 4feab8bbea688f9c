import HID from 'node-hid';

import { TransportError } from '../errors.js';
import type { UsbId } from '../u2f/u2f-only.js';
import { FIDO_USAGE, FIDO_USAGE_PAGE, REPORT_SIZE } from './constants.js';
import type { HidPort } from './port.js';
import { ReportQueue } from './report-queue.js';

/** A FIDO key that the system lists. Listed does not mean that it may be opened. */
export interface HidDevice {
  /** The system's name for it, such as /dev/hidraw0: it may be another key's after unplugging. */
  readonly path: string;
  readonly product: string;
  readonly manufacturer: string;
  readonly serial: string | undefined;
  readonly usbId: UsbId;
}

/** The FIDO keys of any vendor on USB, told by their HID usage (CTAP 2.2 §11.2.8.2). Rejects with TransportError `io`. */
export async function listHidDevices(): Promise<HidDevice[]> {
  const devices = await HID.devicesAsync().catch((error: unknown) => {
    throw new TransportError('io', `The system's HID devices cannot be listed: ${textOf(error)}`, { cause: error });
  });
  return devices.flatMap(({ usagePage, usage, path, product, manufacturer, serialNumber, vendorId, productId }) =>
    usagePage === FIDO_USAGE_PAGE && usage === FIDO_USAGE && path
      ? [
          {
            path,
            product: product ?? 'Security key',
            manufacturer: manufacturer ?? '',
            serial: serialNumber || undefined,
            usbId: { vendor: vendorId, product: productId },
          },
        ]
      : [],
  );
}

/** Opens the device at `path`. Rejects with TransportError: `not-permitted`, `device-removed` or `io`. */
export async function openHidPort(path: string, usbId?: UsbId): Promise<HidPort> {
  try {
    return new NodeHidPort(await HID.HIDAsync.open(path, { nonExclusive: true }), usbId);
  } catch (error) {
    throw openingError(path, textOf(error), error);
  }
}

class NodeHidPort implements HidPort {
  readonly hearsOthers = true;
  readonly usbId: UsbId | undefined;
  readonly #device: HID.HIDAsync;
  readonly #reports = new ReportQueue();
  #closed: Promise<void> | undefined;

  constructor(device: HID.HIDAsync, usbId: UsbId | undefined) {
    this.#device = device;
    this.usbId = usbId;
    device.on('data', (report: Buffer) => {
      this.#reports.push(new Uint8Array(report));
    });
    // On unplug node-hid passes a text here, not an Error.
    device.on('error', (error: unknown) => {
      this.#reports.end(
        new TransportError('device-removed', `The key was unplugged: ${textOf(error)}`, { cause: error }),
      );
    });
  }

  async write(report: Uint8Array): Promise<void> {
    if (this.#reports.ended) throw this.#reports.ended;
    try {
      // The leading 0 is the report ID: without it hidapi takes the first byte of the report for one.
      await this.#device.write(Buffer.from([0, ...report]));
    } catch (error) {
      const removed = new TransportError('device-removed', `The key does not take reports: ${textOf(error)}`, {
        cause: error,
      });
      this.#reports.end(removed);
      throw removed;
    }
  }

  async read(timeoutMs: number): Promise<Uint8Array> {
    const report = await this.#reports.read(timeoutMs);
    if (report.length === REPORT_SIZE) return report;
    throw new TransportError('protocol', `A report of ${report.length} bytes; FIDO keys send ${REPORT_SIZE}`);
  }

  close(): Promise<void> {
    this.#reports.end(new TransportError('closed', 'The port was closed'));
    this.#closed ??= this.#device.close();
    return this.#closed;
  }
}

/** hidapi tells why a device cannot be opened in words only. */
function openingError(path: string, text: string, cause: unknown): TransportError {
  const message = `${path} cannot be opened: ${text}`;
  if (/permission denied|access is denied|not permitted/i.test(text))
    return new TransportError('not-permitted', message, { cause });
  if (/no such (file|device)|not found|disconnected/i.test(text))
    return new TransportError('device-removed', message, { cause });
  return new TransportError('io', message, { cause });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
