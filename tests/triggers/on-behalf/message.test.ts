import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { permissionBytes, readAnswer, readReason, writeAnswer } from '../../../src/triggers/on-behalf/message.js';

const PERMISSION = {
  userPoolId: 'eu-central-1_EXAMPLE01',
  clientId: 'helpdeskclient',
  account: '7f2f8b1c-5d4c-4a6e-9f0a-3f2b1c0d9e8f',
  operator: 'bea@example.com',
  nonce: 'AAAA',
  expiresAt: 1_790_000_300,
};
const operator = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);

describe('the message of a permission', () => {
  it('is one line for each member', () => {
    expect(new TextDecoder().decode(permissionBytes(PERMISSION))).toBe(
      'keydesk-on-behalf 1\neu-central-1_EXAMPLE01\nhelpdeskclient\n7f2f8b1c-5d4c-4a6e-9f0a-3f2b1c0d9e8f\nbea@example.com\nAAAA\n1790000300',
    );
  });

  it('is another for every other permission', () => {
    const line = fc.stringMatching(/^[\x20-\x7e]{1,8}$/);
    const permission = fc.record({
      userPoolId: line,
      clientId: line,
      account: line,
      operator,
      nonce: line,
      expiresAt: fc.nat(),
    });
    fc.assert(
      fc.property(permission, permission, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(Buffer.from(permissionBytes(one)).equals(permissionBytes(other))).toBe(same);
      }),
    );
  });

  it.each([
    { account: 'a\nb' },
    { nonce: '' },
    { clientId: 'ü' },
    { operator: '' },
    { operator: 'bea\nmallory' },
    { operator: 'x'.repeat(65) },
    { expiresAt: 1.5 },
    { expiresAt: -1 },
  ])('cannot be made with %j', (change) => {
    expect(() => permissionBytes({ ...PERMISSION, ...change })).toThrow(RangeError);
  });
});

describe('an answer', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(operator, fc.uint8Array({ minLength: 32, maxLength: 32 }), (name, mac) => {
        expect(readAnswer(writeAnswer({ operator: name, mac }))).toEqual({ operator: name, mac });
      }),
    );
  });

  it('has one form only', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.string(), fc.stringMatching(/^[\w.]{0,8}\.[A-Za-z0-9_-]{40,46}$/)),
        (text) => {
          const read = readAnswer(text);
          if (read) expect(writeAnswer(read)).toBe(text);
        },
      ),
    );
    // The same 32 bytes, but for the unused bits of the last character.
    expect(readAnswer(`bea.${'A'.repeat(43)}`)).toBeDefined();
    expect(readAnswer(`bea.${'A'.repeat(42)}B`)).toBeUndefined();
  });
});

describe('a reason', () => {
  it.each([
    ['Key lost', 'Key lost'],
    ['  Key\r\n\tlost,  again ', 'Key lost, again'],
    ['Key\u0000 lo\u001bst', 'Key lost'],
    // Right-to-left override and isolates, zero-width space, half a surrogate pair, a private character.
    ['Key \u202etsol\u202c \u2067now\u2069', 'Key tsol now'],
    ['Ke\u200by\ud800 lost\ue000', 'Key lost'],
    ['Schlüssel verloren 🔑', 'Schlüssel verloren 🔑'],
    ['Key\u2028lost', 'Key lost'],
  ])('%j is read as %j', (given, read) => {
    expect(readReason(given)).toBe(read);
  });

  it('is cut where it is too long', () => {
    expect(Array.from(readReason(`a${'🔑'.repeat(200)}`) ?? '')).toHaveLength(200);
    expect(readReason('x'.repeat(200))).toBe('x'.repeat(200));
    expect(readReason('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
  });

  it('never holds what cannot be seen, and reads as itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.anything()), (given) => {
        const read = readReason(given);
        if (read === undefined) return;
        expect(read).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(Array.from(read).length).toBeLessThanOrEqual(200);
        expect(readReason(read)).toBe(read);
      }),
    );
  });
});
