/**
 * Text from keys and servers as it may go to a terminal: control characters, with which a name could rewrite what the
 * person reads, and marks that turn the direction of writing become U+FFFD.
 */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what must go
  return text.replaceAll(/[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}
