/** Which model a key on USB is: the numbers of its maker and its product. */
export interface UsbId {
  readonly vendor: number;
  readonly product: number;
}

/**
 * Keys that say they speak CTAP2 and do not do it well: they are spoken to in U2F. vendor:product in hexadecimal, as
 * the lists of other platforms have them.
 */
const U2F_ONLY: ReadonlySet<string> = new Set([
  '10c4:8acf', // U2F Zero
  '20a0:4287', // Nitrokey FIDO U2F
]);

/** Whether a key is to be spoken to in U2F, whatever it says of itself. */
export function isU2fOnly({ vendor, product }: UsbId): boolean {
  return U2F_ONLY.has(`${hex(vendor)}:${hex(product)}`);
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}
