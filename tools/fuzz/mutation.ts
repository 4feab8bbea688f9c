import { concat } from '../../src/ctap/codec/bytes.js';

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes at which parsers turn: ends of ranges, and the heads of CBOR items. */
const TURNING = [0x00, 0x01, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x20, 0x40, 0x58, 0x60, 0x78, 0x7f, 0x80, 0x98, 0xa0, 0xb8, 0xf4, 0xf6, 0xff]; // prettier-ignore
const LONGEST = 2048;

/** A changed `input`: one to four small changes, among them pieces of `other`. */
export function mutated(input: Uint8Array, other: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const pieceOf = (bytes: Uint8Array) => {
    const from = below(bytes.length + 1);
    return bytes.subarray(from, from + below(Math.min(64, bytes.length - from) + 1));
  };
  let bytes = Uint8Array.from(input);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(bytes.length + 1);
    switch (below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = TURNING[below(TURNING.length)] ?? 0;
        break;
      case 2:
        bytes = concat(bytes.subarray(0, at), bytes.subarray(at + 1 + below(8)));
        break;
      case 3:
        bytes = concat(bytes.subarray(0, at), pieceOf(other), bytes.subarray(at));
        break;
      case 4:
        bytes = concat(bytes.subarray(0, at), Uint8Array.of(below(256)), bytes.subarray(at));
        break;
      default:
        bytes = concat(bytes.subarray(0, at), pieceOf(other), bytes.subarray(at + below(32)));
    }
  }
  return bytes.subarray(0, LONGEST);
}
