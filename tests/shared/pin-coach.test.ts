import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodePin } from '../../src/ctap/pin/pin.js';
import { coachPin, pinMeter } from '../../src/shared/pin-coach.js';
import { anyText } from '../ctap/any-text.js';

const LIMITS = { minLength: 4, maxLength: 63 };
const broken = (pin: string, limits = LIMITS, current?: string) =>
  coachPin(pin, limits, current)
    .rules.filter(({ met }) => met === false)
    .map(({ id }) => id);

describe('the coach', () => {
  it.each<[string, string, string[]]>([
    ['three code points in twelve bytes', '🔑🔑🔑', ['shortest']],
    ['six code points in NFD, three in NFC', 'e\u0301e\u0301e\u0301', ['shortest']],
    ['four in NFC', 'cafe\u0301', []],
    ['exactly 63 bytes', 'ä'.repeat(31) + 'x', []],
    ['64 bytes', 'ä'.repeat(32), ['bytes']],
    ['64 characters', 'a'.repeat(64), ['longest', 'bytes']],
    ['a NUL at the end', '1234\0', ['nul']],
    ['a NUL in between', '12\u000034', ['nul']],
    ['nothing', '', ['shortest']],
  ])('%s', (_what, pin, rules) => {
    expect(broken(pin)).toEqual(rules);
    expect(coachPin(pin, LIMITS)).toMatchObject({ ready: rules.length === 0 });
    expect(coachPin(pin, LIMITS).remains === undefined).toBe(rules.length === 0);
  });

  it("goes by the key's own limits, and says what remains", () => {
    const limits = { minLength: 6, maxLength: 8 };
    expect(coachPin('1234', limits).remains).toBe('4 of at least 6 characters.');
    expect(coachPin('123456789', limits).remains).toBe('Too long: 9 characters, and 8 is the most.');
    expect(coachPin('123456', limits).ready).toBe(true);
  });

  it('wants another PIN where it has to be changed, however it is typed', () => {
    expect(broken('cafe\u0301', LIMITS, 'café')).toEqual(['different']);
    expect(coachPin('1234', LIMITS, '4321').ready).toBe(true);
  });

  it('names the current PIN among the rules where it is not at hand, and leaves it to the key', () => {
    const rule = coachPin('1234', { ...LIMITS, mustChange: true }).rules.find(({ id }) => id === 'different');
    expect(rule).toMatchObject({ met: undefined });
    expect(coachPin('1234', { ...LIMITS, mustChange: true }).ready).toBe(true);
  });

  it('leaves to the key what only the key can tell', () => {
    const policy = { ...LIMITS, complexityPolicy: true, complexityUrl: 'https://example.com/pins' };
    const rule = coachPin('1111', policy).rules.find(({ id }) => id === 'complexity');
    expect(rule).toMatchObject({ met: undefined, url: 'https://example.com/pins' });
    expect(coachPin('1111', policy).ready).toBe(true);
    expect(coachPin('1111', { ...LIMITS, complexityPolicy: false }).rules.map(({ id }) => id)).not.toContain(
      'complexity',
    );
  });

  it('is ready exactly when the PIN could be sent', () => {
    fc.assert(
      fc.property(anyText(), fc.integer({ min: 4, max: 20 }), (pin, minLength) => {
        const { ready } = coachPin(pin, { minLength, maxLength: 30 });
        const send = () => encodePin(pin, { minPinLength: minLength, maxPinLength: 30 });
        if (ready) expect(send).not.toThrow();
        else expect(send).toThrow();
      }),
    );
  });
});

describe('the meter', () => {
  it.each([
    [8, false, 'tries', 'good'],
    [3, false, 'tries', 'careful'],
    [1, false, 'tries', 'danger'],
    [5, true, 'replug', 'careful'],
    [0, false, 'reset', 'danger'],
    [0, true, 'reset', 'danger'],
    [undefined, false, 'tries', 'good'],
  ] as const)('%s tries, unplugging needed: %s', (retries, replugNeeded, state, tone) => {
    expect(pinMeter(retries, replugNeeded)).toMatchObject({ state, tone, left: retries, most: 8 });
  });
});
