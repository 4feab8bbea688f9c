import { describe, expect, it } from 'vitest';

import { pinRelyingParty, relyingPartyOf } from '../../src/main/relying-party.js';

describe('the pinned relying party', () => {
  const configured = relyingPartyOf('auth.example.com');

  it('signs for https on its own name, and for http on localhost only', () => {
    expect(configured).toEqual({ id: 'auth.example.com', origin: 'https://auth.example.com' });
    expect(relyingPartyOf('localhost').origin).toBe('http://localhost');
  });

  it('is the configured one, named or not', () => {
    expect(pinRelyingParty(configured, 'auth.example.com')).toBe(configured);
    expect(pinRelyingParty(configured, undefined)).toBe(configured);
  });

  it.each(['example.com', 'evil.com', 'AUTH.EXAMPLE.COM', 'auth.example.com.', '', 'localhost'])(
    'refuses %s, whoever asks',
    (asked) => {
      expect(() => pinRelyingParty(configured, asked)).toThrow(
        expect.objectContaining({ failure: expect.objectContaining({ code: 'rp/not-allowed' }) as unknown }),
      );
    },
  );

  it('refuses everything while no pool is connected', () => {
    expect(() => pinRelyingParty(undefined, 'auth.example.com')).toThrow(/rp\/not-allowed/);
  });
});
