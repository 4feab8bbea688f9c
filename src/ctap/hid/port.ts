import type { UsbId } from '../u2f/u2f-only.js';

/** A pipe of 64-byte HID reports to one authenticator. node-hid, UDP, the software key and the tests each provide one. */
export interface HidPort {
  /** Which model it is, where the cable tells. */
  readonly usbId?: UsbId | undefined;
  /** Whether reports for other programs arrive here too, as they do from a device on USB, or there are surely no others. */
  readonly hearsOthers?: boolean;
  /** Sends one report. Rejects with a TransportError when the other end is gone or the port is closed. */
  write(report: Uint8Array): Promise<void>;
  /** Resolves with the next report, or rejects with a TransportError: `no-answer` once `timeoutMs` has passed, `device-removed`, `closed`. */
  read(timeoutMs: number): Promise<Uint8Array>;
  /** Gives the device back; a pending read rejects with `closed`. Closing twice is no error. */
  close(): Promise<void>;
}
