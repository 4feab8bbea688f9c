import { utf8 } from '../codec/bytes.js';

/** Bytes of a name that every authenticator takes (WebAuthn Level 3 §6.4.1). */
const MOST_BYTES = 64;

/** A name as it is sent to keys: no longer than they must take, and never ending within a character. */
export function shortened(name: string): string {
  // As many bytes as characters: all of them are ASCII, and there is nothing to cut within.
  if (name.length <= MOST_BYTES && Buffer.byteLength(name) === name.length) return name;
  // In a stream the decoder keeps the beginning of a cut character to itself.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(name).subarray(0, MOST_BYTES), { stream: true });
}
