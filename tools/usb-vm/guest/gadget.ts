import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './waiting.js';

/** How the key introduces itself on the bus. */
export interface Identity {
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
}

const GADGET = '/sys/kernel/config/usb_gadget/keydesk';
const CONTROLLERS = '/sys/class/udc';
const ENGLISH = '0x409';

/** The device node of the key's own end of the cable. */
export const GADGET_NODE = '/dev/hidg0';
/** The device node of the computer's end. */
export const HIDRAW_NODE = '/dev/hidraw0';

/** pid.codes' number for private testing: nobody's product has it. */
const TEST_VENDOR = '0x1209';
const TEST_PRODUCT = '0x0001';

const REPORT_LENGTH = 64;

/** CTAP 2.2 §11.2.8.2: one FIDO collection with a 64-byte report each way. */
const REPORT_DESCRIPTOR = Buffer.from([
  ...[0x06, 0xd0, 0xf1], // usage page FIDO (0xF1D0)
  ...[0x09, 0x01], // usage CTAPHID
  ...[0xa1, 0x01], // collection (application)
  ...[0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, REPORT_LENGTH, 0x81, 0x02], // report in, bytes
  ...[0x09, 0x21, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, REPORT_LENGTH, 0x91, 0x02], // report out, bytes
  0xc0, // end of collection
]);

/** Describes a FIDO key to the kernel's gadget driver; it is not on the bus yet. https://docs.kernel.org/usb/gadget_configfs.html */
export function defineGadget({ manufacturer, product, serial }: Identity): void {
  write('idVendor', TEST_VENDOR);
  write('idProduct', TEST_PRODUCT);
  write('bcdDevice', '0x0100');
  write('bcdUSB', '0x0200');
  write(`strings/${ENGLISH}/manufacturer`, manufacturer);
  write(`strings/${ENGLISH}/product`, product);
  write(`strings/${ENGLISH}/serialnumber`, serial);
  write('functions/hid.usb0/protocol', '0');
  write('functions/hid.usb0/subclass', '0');
  write('functions/hid.usb0/report_length', String(REPORT_LENGTH));
  write('functions/hid.usb0/report_desc', REPORT_DESCRIPTOR);
  write(`configs/c.1/MaxPower`, '100');
  symlinkSync(join(GADGET, 'functions/hid.usb0'), join(GADGET, 'configs/c.1/hid.usb0'));
}

/** Puts the key into the socket, and waits until both ends of the cable are there. */
export async function plug(): Promise<void> {
  const [controller] = readdirSync(CONTROLLERS);
  if (controller === undefined) throw new Error('The kernel has no USB device controller');
  write('UDC', controller);
  await until('the key is on the bus', () => existsSync(GADGET_NODE) && existsSync(HIDRAW_NODE));
}

/** Pulls the key out, if it is in, and waits until the computer has noticed. */
export async function unplug(): Promise<void> {
  if (readFileSync(join(GADGET, 'UDC'), 'utf8').trim() === '') return;
  write('UDC', '\n');
  await until('the key is off the bus', () => !existsSync(HIDRAW_NODE));
}

function write(name: string, value: string | Buffer): void {
  const path = join(GADGET, name);
  // configfs makes the attributes of a folder with the folder.
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, value);
}
