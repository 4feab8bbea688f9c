import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { TriggerSources } from '../../src/triggers/events.js';
import { readEvent, readSession } from '../../src/triggers/read-event.js';
import { Refusal } from '../../src/triggers/refusal.js';
import { preAuthenticationSample } from './event-samples.js';

const TRIGGERS = ['preAuthentication', 'preSignUp', 'tokenGeneration', 'verifyAuthChallengeResponse'] as const;

describe('reading an event', () => {
  it('finds what decisions rest on', () => {
    const event = readEvent('preAuthentication', preAuthenticationSample('passkeyclient'));
    expect(event).toMatchObject({ clientId: 'passkeyclient', userNotFound: false });
    expect(event.attributes.get('email')).toBe('ann@example.com');
  });

  it('gives back what it does not know', () => {
    const sample = { ...preAuthenticationSample('passkeyclient'), newMember: { of: 'tomorrow' } };
    expect(readEvent('preAuthentication', sample).answered({ a: 1 })).toEqual({ ...sample, response: { a: 1 } });
  });

  it('takes an event without attributes only where there is nobody', () => {
    const nobody = preAuthenticationSample('passkeyclient', { userNotFound: true, userAttributes: null });
    expect(readEvent('preAuthentication', nobody).attributes.size).toBe(0);
    const somebody = preAuthenticationSample('passkeyclient', { userAttributes: null });
    expect(() => readEvent('preAuthentication', somebody)).toThrow(Refusal);
  });

  it.each(['triggerSource', 'userPoolId', 'userName', 'callerContext', 'request'])(
    'refuses one without %s',
    (member) => {
      const { ...rest } = preAuthenticationSample('passkeyclient');
      Reflect.deleteProperty(rest, member);
      expect(() => readEvent('preAuthentication', rest)).toThrow(expect.objectContaining({ code: 'malformed-event' }));
    },
  );

  it('refuses the source of another trigger', () => {
    expect(() => readEvent('preSignUp', preAuthenticationSample('passkeyclient'))).toThrow(Refusal);
  });

  it('throws nothing but refusals, whatever comes', () => {
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom('PreSignUp_SignUp', 'x', '', null, {}, []));
    const event = fc.record(
      {
        triggerSource: fc.oneof(member, fc.constantFrom(...Object.values(TriggerSources).flat())),
        userPoolId: member,
        userName: member,
        callerContext: fc.oneof(member, fc.record({ clientId: member })),
        request: fc.oneof(member, fc.record({ userAttributes: member, userNotFound: member })),
        response: member,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(event, fc.anything()), fc.constantFrom(...TRIGGERS), (value, trigger) => {
        try {
          const { userPoolId, userName, clientId } = readEvent(trigger, value);
          expect([userPoolId, userName, clientId].every((text) => typeof text === 'string' && text !== '')).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});

describe('reading the rounds played', () => {
  it('takes lists of rounds only', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          for (const round of readSession(value)) expect(typeof round.challengeResult).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
    expect(() => readSession([{ challengeName: 'CUSTOM_CHALLENGE', challengeResult: 'true' }])).toThrow(Refusal);
  });
});
