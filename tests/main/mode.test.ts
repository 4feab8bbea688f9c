import { describe, expect, it } from 'vitest';

import { askedMode, kioskRulesOf, modeOf, policyAt } from '../../src/main/mode.js';
import { policyState } from '../../src/passport/policy.js';

const NONE = policyState(undefined);
const PLAIN = policyState('{}');
const KIOSK = policyState('{"mode": "kiosk", "kiosk": {"idleSeconds": 30}}');
const HELPDESK = policyState(
  '{"mode": "helpdesk", "helpdesk": {"group": "helpdesk", "clientId": "abc1", "kmsKeyId": "alias/x"}}',
);
const DAMAGED = policyState('{"mode": "kiosk"');

describe('what a station is', () => {
  it('is asked for on the command line', () => {
    expect(askedMode(['electron', '.', '--mode', 'kiosk'])).toBe('kiosk');
    expect(askedMode(['electron', '.', '--mode=helpdesk', '--practice'])).toBe('helpdesk');
    expect(askedMode(['electron', '.', '--practice'])).toBeUndefined();
    for (const argv of [['--mode', 'kisok'], ['--mode'], ['--mode=']]) {
      expect(() => askedMode(argv)).toThrow(expect.objectContaining({ failure: { code: 'settings/invalid', detail: expect.stringContaining('desk, helpdesk, kiosk') as string } }) as Error); // prettier-ignore
    }
  });

  it('is what it was started as, else what its policy says, else a desk', () => {
    expect(modeOf('kiosk', NONE)).toBe('kiosk');
    expect(modeOf(undefined, KIOSK)).toBe('kiosk');
    expect(modeOf(undefined, PLAIN)).toBe('desk');
    expect(modeOf(undefined, DAMAGED)).toBe('desk');
  });

  it.each([
    ['a kiosk without a policy', 'kiosk', NONE, /needs a policy/],
    ['a helpdesk without a policy', 'helpdesk', NONE, /needs a policy/],
    ['a helpdesk whose policy does not say who operates it', 'helpdesk', PLAIN, /needs the member "helpdesk"/],
    ['a kiosk with the policy of a helpdesk', 'kiosk', HELPDESK, /started as kiosk, and the policy is for helpdesk/],
    ['a desk with the policy of a kiosk', 'desk', KIOSK, /started as desk, and the policy is for kiosk/],
    ['a kiosk whose policy is damaged', 'kiosk', DAMAGED, /no JSON/],
  ] as const)('%s is locked', (_, mode, policy, reason) => {
    expect(policyAt(mode, policy)).toMatchObject({
      state: 'locked',
      error: { reason: expect.stringMatching(reason) as string },
    });
  });

  it.each([
    ['desk', NONE],
    ['desk', PLAIN],
    ['kiosk', PLAIN],
    ['kiosk', KIOSK],
    ['helpdesk', HELPDESK],
  ] as const)('a %s whose policy fits works by it', (mode, policy) => {
    expect(policyAt(mode, policy)).toBe(policy);
  });

  it('has rules as a kiosk, and defaults for what they leave out', () => {
    expect(kioskRulesOf(KIOSK)).toEqual({ idleSeconds: 30, warnSeconds: 15, mayChange: false, greets: true });
    expect(kioskRulesOf(DAMAGED)).toEqual({ idleSeconds: 120, warnSeconds: 15, mayChange: false, greets: true });
  });
});
