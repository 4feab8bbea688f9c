import { utf8 } from '../codec/bytes.js';

/** Bytes of a name that every authenticator takes (WebAuthn Level 3 §6.4.1). */
const MOST_BYTES = 64;

/** Bytes of the longest character in UTF-8: where a name is cut within one, all of that may go. */
const CHARACTER_BYTES = 4;

/** Whether a name that came from a key cannot be the beginning of a longer one: it would fill what keys must keep. */
export function isSurelyWhole(name: string): boolean {
  return Buffer.byteLength(name) <= MOST_BYTES - CHARACTER_BYTES;
}

/** A name as it is sent to keys: no longer than they must take, and never ending within a character. */
export function shortened(name: string): string {
  // As many bytes as characters: all of them are ASCII, and there is nothing to cut within.
  if (name.length <= MOST_BYTES && Buffer.byteLength(name) === name.length) return name;
  // In a stream the decoder keeps the beginning of a cut character to itself.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(name).subarray(0, MOST_BYTES), { stream: true });
}
