import { randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { newNonce, unknownPassword } from '../../src/triggers/unguessable.js';

describe('what nobody can guess', () => {
  it('is as long as it has to be', () => {
    const asked: number[] = [];
    const counted = (length: number) => {
      asked.push(length);
      return randomBytes(length);
    };
    expect(Buffer.from(newNonce(counted), 'base64url')).toHaveLength(32);
    expect(unknownPassword(counted).length).toBeGreaterThanOrEqual(64);
    expect(asked).toEqual([32, 48]);
  });

  it('is another one each time', () => {
    expect(newNonce(randomBytes)).not.toBe(newNonce(randomBytes));
    expect(unknownPassword(randomBytes)).not.toBe(unknownPassword(randomBytes));
  });

  it('has, as a password, every kind of character that a policy asks for, whatever the bytes', () => {
    for (const byte of [0x00, 0xff]) {
      const password = unknownPassword((length) => Buffer.alloc(length, byte));
      for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[!-/]/]) expect(password).toMatch(kind);
      expect(password.length, 'the most that a pool takes').toBeLessThanOrEqual(256);
    }
  });
});
