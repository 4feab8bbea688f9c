import fc from 'fast-check';
import { expect, it } from 'vitest';

import { utf8 } from '../../../src/ctap/codec/bytes.js';
import { isSurelyWhole, shortened } from '../../../src/ctap/client/names.js';
import { anyText } from '../any-text.js';

it('names of up to 64 bytes stay as they are', () => {
  for (const name of ['', 'Ada', 'a'.repeat(64), 'é'.repeat(32), '\ufeffAda']) expect(shortened(name)).toBe(name);
});

it('longer ones end at a character', () => {
  expect(shortened('a'.repeat(65))).toBe('a'.repeat(64));
  expect(shortened(`${'a'.repeat(63)}é`)).toBe('a'.repeat(63));
  expect(shortened(`${'a'.repeat(61)}😀`)).toBe('a'.repeat(61));
  expect(shortened(`${'a'.repeat(60)}😀x`)).toBe(`${'a'.repeat(60)}😀`);
});

it('any text becomes valid UTF-8 of at most 64 bytes that begins as it does', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const short = shortened(text);
      expect(utf8(short).length).toBeLessThanOrEqual(64);
      expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(text)).startsWith(short)).toBe(true);
    }),
  );
});

it('a name that a key gives is surely whole where a cut one would be longer', () => {
  for (const name of ['', 'Ada', 'a'.repeat(60), 'é'.repeat(30)]) expect(isSurelyWhole(name)).toBe(true);
  for (const name of ['a'.repeat(64), 'a'.repeat(61), `${'é'.repeat(31)}\ufffd`])
    expect(isSurelyWhole(name)).toBe(false);
  fc.assert(
    fc.property(anyText(), fc.integer({ min: 65, max: 80 }), (text, length) => {
      const long = text.padEnd(length, 'ä');
      fc.pre(utf8(long).length > 64);
      expect(isSurelyWhole(shortened(long))).toBe(false);
    }),
  );
});
