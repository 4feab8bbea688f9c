import { z } from 'zod';

/** What keeps a text from being shown to a person exactly as it is. */
export interface Unshowable {
  /** The character, counted from 1 in code points. */
  readonly at: number;
  /** What is wrong with it, in words and by its number. */
  readonly problem: string;
}

/**
 * Characters that a screen shows in no way, in some other place, or like another one (Unicode Standard, chapters 3, 4 and 23):
 * the first that fits names the trouble. Default_Ignorable_Code_Point holds what is invisible but counts as a letter or mark.
 */
const TROUBLES: readonly (readonly [RegExp, string])[] = [
  [/\p{Bidi_Control}/u, 'turns the direction of writing'],
  [/[\p{Cc}\p{Zl}\p{Zp}]/u, 'is a control character'],
  [/\p{Cs}/u, 'is half a character'],
  [/[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u, 'cannot be seen'],
  [/[\p{Co}\p{Cn}]/u, 'has no form of its own'],
  [/(?! )\p{Zs}/u, 'is a space that looks like another one'],
  // Pages show several spaces as one, and those at the ends not at all.
  [/^ | (?= )| $/u, 'is a space that cannot be seen'],
];

/**
 * What keeps `text` from being shown as it is; undefined when nothing does. Nothing is mended: a text that is signed must be
 * the one that was shown, so it is refused instead (no normalisation either: UAX #15, NFC is demanded).
 */
export function findUnshowable(text: string): Unshowable | undefined {
  const found = TROUBLES.map(([pattern, problem]) => ({ index: text.search(pattern), problem }))
    .filter(({ index }) => index >= 0)
    .reduce<{ index: number; problem: string } | undefined>(
      (first, next) => (first === undefined || next.index < first.index ? next : first),
      undefined,
    );
  if (found) return { at: placeOf(text, found.index), problem: `${numberOf(text, found.index)} ${found.problem}` };
  const composed = text.normalize('NFC');
  if (composed === text) return undefined;
  const index = Array.from({ length: text.length }, (_, at) => at).find((at) => text[at] !== composed[at]) ?? 0;
  return { at: placeOf(text, index), problem: `${numberOf(text, index)} is not in normal form C` };
}

/** Code points that a fact of a request may have. */
export const MOST_IN_A_FACT = 200;

/** Marks the issues of `PlainText` that are about how it would be shown, not about its shape. */
export const UNSHOWABLE = { unshowable: true } as const;

/** A text of 1 to `most` code points that can be shown to a person exactly as it is. */
export function plainText(most: number): z.ZodString {
  return z.string().superRefine((text, context) => {
    const length = Array.from(text).length;
    if (length === 0 || length > most) {
      context.addIssue({ code: 'custom', message: `expected 1 to ${most} characters, not ${length}` });
      return;
    }
    const trouble = findUnshowable(text);
    if (trouble)
      context.addIssue({
        code: 'custom',
        message: `character ${trouble.at}: ${trouble.problem}`,
        params: UNSHOWABLE,
      });
  });
}

function placeOf(text: string, index: number): number {
  return Array.from(text.slice(0, index)).length + 1;
}

function numberOf(text: string, index: number): string {
  return `U+${(text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
