import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findUnshowable } from '../../src/approval/plain-text.js';

describe('a text that is to be shown as it is', () => {
  it.each([
    ['Delete the passkey “Blue key” of Zoë Strauß (zoe@example.com)?'],
    ['Удалить ключ?'],
    ['מחק את המפתח'],
    ['🔑 删除密钥 — 100 %'],
  ])('may be in any language: %s', (text) => {
    expect(findUnshowable(text)).toBeUndefined();
  });

  it.each([
    ['a line break', 'Pay 1\nPay 2', 6, /U\+000A is a control character/],
    ['an escape sequence', 'a\u001b[2K', 2, /U\+001B is a control character/],
    ['a C1 control', 'a\u009b', 2, /U\+009B is a control character/],
    ['DEL', '\u007f', 1, /U\+007F/],
    ['a line separator', 'a\u2028b', 2, /U\+2028 is a control character/],
    ['RIGHT-TO-LEFT OVERRIDE', 'Give \u202e001', 6, /U\+202E turns the direction/],
    ['an isolate', 'Give \u2067001\u2069', 6, /U\+2067 turns the direction/],
    ['RIGHT-TO-LEFT MARK', 'a\u200f', 2, /U\+200F turns the direction/],
    ['ARABIC LETTER MARK', 'a\u061c', 2, /U\+061C turns the direction/],
    ['ZERO WIDTH SPACE', 'an\u200ba', 3, /U\+200B cannot be seen/],
    ['ZERO WIDTH JOINER', 'an\u200da', 3, /U\+200D cannot be seen/],
    ['a byte order mark', '\ufeffana', 1, /U\+FEFF cannot be seen/],
    ['SOFT HYPHEN', 'an\u00ada', 3, /U\+00AD cannot be seen/],
    ['a filler that counts as a letter', 'an\u3164a', 3, /U\+3164 cannot be seen/],
    ['a blank of Braille', 'an\u2800a', 3, /U\+2800 cannot be seen/],
    ['a variation selector', 'a\ufe0f', 2, /U\+FE0F cannot be seen/],
    ['a tag', 'a\u{e0041}', 2, /U\+E0041 cannot be seen/],
    ['a lone surrogate', 'a\ud83d', 2, /U\+D83D is half a character/],
    ['the other half', '🔑\udd11', 2, /U\+DD11 is half a character/],
    ['private use', 'a\ue000', 2, /U\+E000 has no form/],
    ['no character at all', 'a\uffff', 2, /U\+FFFF has no form/],
    ['a no-break space', 'a\u00a0b', 2, /U\+00A0 is a space that looks like another/],
    ['a wide space', 'a\u3000b', 2, /U\+3000 is a space that looks like another/],
    ['two spaces', 'a  b', 2, /U\+0020 is a space that cannot be seen/],
    ['a space at the end', 'ana ', 4, /U\+0020 is a space that cannot be seen/],
    ['a space at the beginning', ' ana', 1, /U\+0020 is a space that cannot be seen/],
    ['a letter in two parts', 'Zoe\u0308', 3, /U\+0065 is not in normal form C/],
    ['OHM SIGN, which is an omega', '🔑 5 \u2126', 5, /U\+2126 is not in normal form C/],
  ])('may not have %s', (_what, text, at, problem) => {
    const found = findUnshowable(text);
    expect(found?.at).toBe(at);
    expect(found?.problem).toMatch(problem);
  });

  it('is told by the first of its troubles', () => {
    expect(findUnshowable('a\u202e\n')?.at).toBe(2);
    expect(findUnshowable('a\n\u202e')?.at).toBe(2);
  });

  it('is in normal form C, well-formed, and without a character of control, format, private or no use, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(
            fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
            fc.constantFrom('\ud800', '\u202e', '\u0308', ' '),
          ),
        }),
        (text) => {
          if (findUnshowable(text)) return;
          expect(text.normalize('NFC')).toBe(text);
          expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          expect(text.trim().replaceAll(/\s+/g, ' ')).toBe(text);
        },
      ),
    );
  });
});
