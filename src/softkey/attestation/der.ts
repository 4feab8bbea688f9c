import { concat, utf8 } from '../../ctap/codec/bytes.js';

/** As much of ASN.1's distinguished encoding (X.690) as a certificate needs. Each function gives one whole element. */

const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  UTF8_STRING: 0x0c,
  PRINTABLE_STRING: 0x13,
  UTC_TIME: 0x17,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;
/** Elements of a number that gets its meaning from where it stands: simple ones, and those that hold others. */
const CONTEXT = 0x80;
const CONTEXT_CONSTRUCTED = 0xa0;
const LONG_LENGTH = 0x80;
const MOST_SHORT = 0x7f;

type Der = Uint8Array<ArrayBuffer>;

export const TRUE: Der = element(Tag.BOOLEAN, Uint8Array.of(0xff));

export function sequence(...parts: readonly Uint8Array[]): Der {
  return element(Tag.SEQUENCE, concat(...parts));
}

/** A set of one: several would have to be sorted. */
export function setOf(part: Uint8Array): Der {
  return element(Tag.SET, part);
}

/** A number that is not negative, from its bytes, the most significant first. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  // A first bit that is set would say that it is negative.
  return element(Tag.INTEGER, (digits[0] ?? 0) > MOST_SHORT ? concat(Uint8Array.of(0), digits) : digits);
}

/** @param unused bits of the last byte that do not count */
export function bitString(bytes: Uint8Array, unused = 0): Der {
  return element(Tag.BIT_STRING, concat(Uint8Array.of(unused), bytes));
}

export function octetString(bytes: Uint8Array): Der {
  return element(Tag.OCTET_STRING, bytes);
}

/** @param name as people write it: 1.2.840.10045.4.3.2 */
export function objectIdentifier(name: string): Der {
  const [first = 0, second = 0, ...rest] = name.split('.').map(Number);
  return element(Tag.OBJECT_IDENTIFIER, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

export function utf8String(text: string): Der {
  return element(Tag.UTF8_STRING, utf8(text));
}

/** Letters, digits and a few signs: what country codes are written in. */
export function printableString(text: string): Der {
  return element(Tag.PRINTABLE_STRING, utf8(text));
}

/** A second of the years 1950 to 2049. */
export function utcTime(date: Date): Der {
  const digits = date.toISOString().replaceAll(/\D/g, ''); // YYYYMMDDhhmmss and milliseconds
  return element(Tag.UTC_TIME, utf8(`${digits.slice(2, 14)}Z`));
}

/** What the grammar of a structure writes as [number] EXPLICIT. */
export function explicit(number: number, part: Uint8Array): Der {
  return element(CONTEXT_CONSTRUCTED + number, part);
}

/** What the grammar writes as [number] IMPLICIT: the content of a simple element, under another tag. */
export function implicit(number: number, content: Uint8Array): Der {
  return element(CONTEXT + number, content);
}

function element(tag: number, content: Uint8Array): Der {
  return concat(Uint8Array.of(tag, ...lengthOf(content.length)), content);
}

function lengthOf(length: number): number[] {
  if (length <= MOST_SHORT) return [length];
  const bytes = length > 0xff ? [length >> 8, length & 0xff] : [length];
  return [LONG_LENGTH + bytes.length, ...bytes];
}

/** Seven bits a byte, all but the last with the first bit set. */
function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
