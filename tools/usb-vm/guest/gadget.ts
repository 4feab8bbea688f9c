import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { until } from './waiting.js';

/** How the key introduces itself on the bus. */
export interface Identity {
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
}

const GADGETS = '/sys/kernel/config/usb_gadget';
const CONTROLLERS = '/sys/class/udc';
const ENGLISH = '0x409';

/** The device node of the key's own end of the cable. */
export const GADGET_NODE = '/dev/hidg0';
/** The device node of the computer's end. */
export const HIDRAW_NODE = '/dev/hidraw0';

/** What goes into the one socket: how the gadget driver calls it, and the device nodes of both ends of its cables. */
interface Plug {
  readonly name: string;
  readonly gadgetNodes: readonly string[];
  readonly hidrawNodes: readonly string[];
}

const ONE_KEY: Plug = { name: 'keydesk', gadgetNodes: [GADGET_NODE], hidrawNodes: [HIDRAW_NODE] };
/** Two keys on one plug, as on a hub: the kernel counts on where the first one ended. */
export const TWO_KEYS: Plug = {
  name: 'keydesk-pair',
  gadgetNodes: ['/dev/hidg1', '/dev/hidg2'],
  hidrawNodes: [HIDRAW_NODE, '/dev/hidraw1'],
};

/** pid.codes' number for private testing: nobody's product has it. */
export const USB_ID = { vendor: 0x1209, product: 0x0001 } as const;

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
export function defineGadgets(identity: Identity): void {
  for (const plug of [ONE_KEY, TWO_KEYS]) defineGadget(plug, identity);
}

function defineGadget({ name, gadgetNodes }: Plug, { manufacturer, product, serial }: Identity): void {
  const write = (attribute: string, value: string | Buffer): void => {
    set(join(GADGETS, name, attribute), value);
  };
  write('idVendor', String(USB_ID.vendor));
  write('idProduct', String(USB_ID.product));
  write('bcdDevice', '0x0100');
  write('bcdUSB', '0x0200');
  write(`strings/${ENGLISH}/manufacturer`, manufacturer);
  write(`strings/${ENGLISH}/product`, product);
  write(`strings/${ENGLISH}/serialnumber`, serial);
  write(`configs/c.1/MaxPower`, '100');
  for (const index of gadgetNodes.keys()) {
    const hid = `hid.usb${index}`;
    write(`functions/${hid}/protocol`, '0');
    write(`functions/${hid}/subclass`, '0');
    write(`functions/${hid}/report_length`, String(REPORT_LENGTH));
    write(`functions/${hid}/report_desc`, REPORT_DESCRIPTOR);
    symlinkSync(join(GADGETS, name, 'functions', hid), join(GADGETS, name, 'configs/c.1', hid));
  }
}

/** Puts a key into the socket, and waits until both ends of the cable are there. */
export async function plug({ name, gadgetNodes, hidrawNodes }: Plug = ONE_KEY): Promise<void> {
  const [controller] = readdirSync(CONTROLLERS);
  if (controller === undefined) throw new Error('The kernel has no USB device controller');
  set(controllerOf(name), controller);
  await until('the key is on the bus', () => [...gadgetNodes, ...hidrawNodes].every((node) => existsSync(node)));
}

/** Pulls the key out, if it is in, and waits until the computer has noticed. */
export async function unplug({ name, hidrawNodes }: Plug = ONE_KEY): Promise<void> {
  if (readFileSync(controllerOf(name), 'utf8').trim() === '') return;
  set(controllerOf(name), '\n');
  await until('the key is off the bus', () => !hidrawNodes.some((node) => existsSync(node)));
}

/** Names the controller that a gadget is bound to; empty while it is not plugged in. */
function controllerOf(name: string): string {
  return join(GADGETS, name, 'UDC');
}

function set(path: string, value: string | Buffer): void {
  // configfs makes the attributes of a folder with the folder.
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, value);
}
