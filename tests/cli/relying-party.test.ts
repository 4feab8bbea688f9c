import { describe, expect, it } from 'vitest';

import { originFor } from '../../src/cli/relying-party.js';

describe('the origin that is attested to a pool', () => {
  it.each([
    ['login.example.com', 'login.example.com', 'https://login.example.com'],
    ['login.example.com', undefined, 'https://login.example.com'],
    ['localhost', 'localhost', 'http://localhost'],
  ])('is of the RP ID that the person named: %s, asked for %s', (configured, asked, origin) => {
    expect(originFor(configured, asked)).toBe(origin);
  });

  // A browser would let a page ask for the domain above its own; a pool gets its own and no other.
  it.each(['example.com', 'evil.login.example.com', 'bank.example', ''])('is refused to who asks for %j', (asked) => {
    expect(() => originFor('login.example.com', asked)).toThrow(
      expect.objectContaining({ code: 'rp/not-allowed' }) as Error,
    );
  });
});
