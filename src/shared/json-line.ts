/** Besides the control characters below U+0020, which JSON itself escapes: those above, and marks that turn the direction of writing. */
const TRICKS = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One line of JSON that is harmless wherever it is shown: names in it can rewrite nothing that a person reads. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    TRICKS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether a line of JSON is as `jsonLine` writes it in this respect. */
export function isHarmless(line: string): boolean {
  return line.search(TRICKS) < 0;
}
