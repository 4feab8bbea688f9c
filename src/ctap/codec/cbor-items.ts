import { CborError } from './cbor-errors.js';

/** Nesting beyond which bytes are refused: each level is a call of a function. */
const DEPTH_LIMIT = 64;
const BREAK = 0xff;

/**
 * The elements of one CBOR list as the bytes that they are, whatever they hold: tags, floats and indefinite lengths are
 * skipped like everything else (RFC 8949, appendix C). For lists whose elements others wrote and must find again as they
 * left them, which decoding and encoding again would not promise.
 * @throws CborError when the bytes are no well-formed list, or go on after it
 */
export function listItems(bytes: Uint8Array): Uint8Array[] {
  const items: Uint8Array[] = [];
  const { major, argument, body } = head(bytes, 0);
  if (major !== 4) throw new CborError('cbor/malformed', 0, 'No list');
  let offset = body;
  while (argument === undefined ? bytes[offset] !== BREAK : items.length < argument) {
    const end = skip(bytes, offset, 1);
    items.push(bytes.slice(offset, end));
    offset = end;
  }
  const end = argument === undefined ? offset + 1 : offset;
  if (end !== bytes.length) throw new CborError('cbor/trailing', end, 'Bytes after the end of the list');
  return items;
}

/** The offset after the item at `offset`. */
function skip(bytes: Uint8Array, offset: number, depth: number): number {
  if (depth > DEPTH_LIMIT) throw new CborError('cbor/too-deep', offset, 'An item nested too deep');
  const { major, argument, body } = head(bytes, offset);
  switch (major) {
    case 2:
    case 3:
      if (argument === undefined) return skipUntilBreak(bytes, body, depth);
      if (argument > bytes.length - body) throw new CborError('cbor/truncated', offset, 'A string runs past the end');
      return body + argument;
    case 4:
    case 5:
      if (argument === undefined) return skipUntilBreak(bytes, body, depth);
      return skipMany(bytes, body, argument * (major - 3), depth);
    case 6:
      return skip(bytes, body, depth + 1);
    default:
      return body;
  }
}

function skipMany(bytes: Uint8Array, start: number, count: number, depth: number): number {
  // Each element takes a byte at least: a count that cannot be is not counted to.
  if (count > bytes.length - start) throw new CborError('cbor/truncated', start, 'A list or map runs past the end');
  let offset = start;
  for (let index = 0; index < count; index++) offset = skip(bytes, offset, depth + 1);
  return offset;
}

function skipUntilBreak(bytes: Uint8Array, start: number, depth: number): number {
  let offset = start;
  while (bytes[offset] !== BREAK) offset = skip(bytes, offset, depth + 1);
  return offset + 1;
}

/** Major type, its argument (undefined for an indefinite length), and where the content begins. */
function head(bytes: Uint8Array, offset: number): { major: number; argument: number | undefined; body: number } {
  const first = bytes[offset];
  if (first === undefined) throw new CborError('cbor/truncated', offset, 'The list ends');
  const major = first >> 5;
  const low = first & 0x1f;
  if (low < 24) return { major, argument: low, body: offset + 1 };
  if (low === 31 && major >= 2 && major <= 5) return { major, argument: undefined, body: offset + 1 };
  if (low > 27) throw new CborError('cbor/malformed', offset, 'A reserved length');
  const body = offset + 1 + (1 << (low - 24));
  if (body > bytes.length) throw new CborError('cbor/truncated', offset, 'The list ends');
  const argument = bytes.subarray(offset + 1, body).reduce((value, byte) => value * 256 + byte, 0);
  return { major, argument, body };
}
