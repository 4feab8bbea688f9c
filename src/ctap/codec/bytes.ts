/** Small operations on byte arrays, for which `Uint8Array` has no method on Node 20. */

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether two arrays hold the same bytes. Not constant-time: for secrets use `timingSafeEqual` of node:crypto. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function toHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** Bytes of a hexadecimal text; spaces and line breaks are allowed. Throws a RangeError for anything else. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replaceAll(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new RangeError('Not a hexadecimal text');
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

/** base64url without padding (RFC 4648 §5), the form of every binary member in WebAuthn JSON. */
export function toBase64url(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/** Bytes of an unpadded base64url text. Throws a RangeError for anything else: Buffer alone would skip what it does not know. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new RangeError('Not an unpadded base64url text');
  return Uint8Array.from(bytes);
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
