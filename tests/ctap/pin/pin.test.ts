import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { toHex } from '../../../src/ctap/codec/bytes.js';
import { encodePin, PinError } from '../../../src/ctap/pin/pin.js';
import { anyText } from '../any-text.js';

const RULES = { minPinLength: 4, maxPinLength: 63 };

describe('a PIN as bytes', () => {
  it('is UTF-8 of its NFC form: however é is typed, it is the same PIN', () => {
    expect(toHex(encodePin('e\u0301'))).toBe('c3a9');
    expect(encodePin('cafe\u0301', RULES)).toEqual(encodePin('café', RULES));
  });

  it.each([
    ['123', 'too-short'],
    ['e\u0301e\u0301e\u0301', 'too-short'], // six code points as typed, three in NFC
    ['😀😀😀', 'too-short'], // twelve bytes, six UTF-16 units, three code points
    ['é'.repeat(32), 'too-long'], // 64 bytes
    ['a'.repeat(64), 'too-long'],
    ['12\u000034', 'has-nul'],
    ['1234\0', 'has-nul'],
  ])('%j is refused: %s', (text, problem) => {
    const encode = () => encodePin(text, RULES);
    expect(encode).toThrow(PinError);
    expect(encode).toThrow(expect.objectContaining({ problem }));
  });

  it('of 63 bytes is the longest', () => {
    expect(encodePin('a'.repeat(63), RULES)).toHaveLength(63);
    expect(encodePin(`${'é'.repeat(31)}a`, RULES)).toHaveLength(63);
    expect(encodePin('😀'.repeat(4), RULES)).toHaveLength(16);
  });

  it('obeys the rules of the key it is for', () => {
    expect(() => encodePin('1234', { minPinLength: 6, maxPinLength: 63 })).toThrow(PinError);
    expect(() => encodePin('123456789', { minPinLength: 4, maxPinLength: 8 })).toThrow(PinError);
  });

  it('when entered rather than chosen may be as short as an old key let it be, but not empty', () => {
    expect(encodePin('1')).toHaveLength(1);
    expect(() => encodePin('')).toThrow(PinError);
  });

  it('never stands in an error', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 70 }), (text) => {
        try {
          encodePin(text, RULES);
        } catch (error) {
          expect(String(error)).not.toContain(text);
        }
      }),
    );
  });

  it('any text gives 1 to 63 bytes without NUL, or a PinError', () => {
    fc.assert(
      fc.property(anyText(80), (text) => {
        try {
          const bytes = encodePin(text);
          expect(bytes.length).toBeGreaterThan(0);
          expect(bytes.length).toBeLessThan(64);
          expect(bytes).not.toContain(0);
        } catch (error) {
          expect(error).toBeInstanceOf(PinError);
        }
      }),
    );
  });
});
