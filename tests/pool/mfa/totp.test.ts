import { describe, expect, it } from 'vitest';

import { newTotpSecret, totpStep } from '../../../src/pool/mfa/totp.js';

/** RFC 6238, appendix B: the secret of the SHA-1 vectors, "12345678901234567890", in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes by time', () => {
  // Appendix B has eight digits; six are their last six.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %d seconds are the RFC’s', (seconds, code) => {
    expect(totpStep(SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('are taken one step early and one step late, and no more', () => {
    const at = (seconds: number) => totpStep(SECRET, '005924', seconds * 1000);
    const start = Math.floor(1_234_567_890 / 30) * 30;
    expect([at(start - 31), at(start - 30), at(start + 59), at(start + 60)]).toEqual([
      undefined,
      start / 30,
      start / 30,
      undefined,
    ]);
  });

  it('are not taken in other forms', () => {
    for (const code of ['', '5924', ' 005924', '0005924', '89005924', 'abcdef'])
      expect(totpStep(SECRET, code, 1_234_567_890_000)).toBeUndefined();
  });
});

it('a secret is 256 bits in base32, and another each time', () => {
  const secrets = new Set(Array.from({ length: 8 }, newTotpSecret));
  expect(secrets.size).toBe(8);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{52}$/);
});
