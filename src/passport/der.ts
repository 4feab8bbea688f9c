/** As much of reading ASN.1's distinguished encoding (X.690) as certificates need, beyond what node:crypto tells of them. */

export const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** One element: its tag byte and its content. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

const LONG_LENGTH = 0x80;
/** More than any certificate has. */
const MOST_LENGTH_BYTES = 3;

/**
 * The elements that follow each other in `bytes`, and fill it.
 * @throws RangeError for bytes that are no such elements
 */
export function elementsOf(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const { element, end } = elementAt(bytes, at);
    elements.push(element);
    at = end;
  }
  return elements;
}

/** The elements within an element of this tag. Throws a RangeError for another one. */
export function within(element: Element | undefined, tag: number): Element[] {
  return elementsOf(contentOf(element, tag));
}

/** The content of an element of this tag. Throws a RangeError for another one, or for none. */
export function contentOf(element: Element | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new RangeError(`DER element of tag ${element?.tag ?? 'none'} where ${tag} was due`);
  return element.content;
}

/** An object identifier as people write it: 1.3.6.1.4.1.45724.1.1.4. */
export function identifierText(content: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 0x80 + (byte & 0x7f);
    if (byte & 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = numbers;
  // The first number stands for two: 40 times 0, 1 or 2, and the second.
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

function elementAt(bytes: Uint8Array, at: number): { element: Element; end: number } {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1];
  if (first === undefined) throw new RangeError('DER element without a length');
  const lengthBytes = first & LONG_LENGTH ? first & ~LONG_LENGTH : 0;
  if (first === LONG_LENGTH || lengthBytes > MOST_LENGTH_BYTES)
    throw new RangeError('DER element of a length that no certificate has');
  const start = at + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 0x100 + byte, 0);
  const end = start + length;
  if (end > bytes.length) throw new RangeError('DER element that is cut off');
  return { element: { tag, content: bytes.subarray(start, end) }, end };
}
