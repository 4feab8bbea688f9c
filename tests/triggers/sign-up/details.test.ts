import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { normalizeAccountNumber, normalizeEmail } from '../../../src/triggers/sign-up/details.js';

describe('an account number', () => {
  it.each([
    ['12345678', '12345678'],
    [' 12-345 678 ', '12345678'],
    ['ab.12/34\u00a0x', 'AB1234X'],
  ])('%j is %s', (typed, number) => {
    expect(normalizeAccountNumber(typed)).toBe(number);
  });

  it.each(['', '123', '１２３４', '12345678ß', '1234;5678', 'x'.repeat(33), '-- --'])('%j is none', (typed) => {
    expect(normalizeAccountNumber(typed)).toBeUndefined();
  });

  it('is its own normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const number = normalizeAccountNumber(typed);
        if (number !== undefined) expect(normalizeAccountNumber(number)).toBe(number);
      }),
    );
  });
});

describe('an e-mail address', () => {
  it.each([
    ['Ann@Example.COM', 'ann@example.com'],
    [' ann@example.com\n', 'ann@example.com'],
    ['Jürgen@example.com', 'jürgen@example.com'],
  ])('%j is %s', (typed, address) => {
    expect(normalizeEmail(typed)).toBe(address);
  });

  it.each(['', '@', 'ann', 'ann@', 'a nn@example.com', 'ann@ex@ample.com', `${'a'.repeat(250)}@b.de`])(
    '%j is none',
    (typed) => {
      expect(normalizeEmail(typed)).toBeUndefined();
    },
  );

  it('is not taken for another by rules of letter case beyond ASCII', () => {
    const kelvin = 'bob@bank\u212a.example'; // KELVIN SIGN, whose lower case is the letter k
    expect(kelvin.toLowerCase()).toBe('bob@bankk.example');
    expect(normalizeEmail(kelvin)).not.toBe('bob@bankk.example');
  });

  it('is its own normal form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (typed) => {
        const address = normalizeEmail(typed);
        if (address !== undefined) expect(normalizeEmail(address)).toBe(address);
      }),
    );
  });
});
