import { describe, expect, it } from 'vitest';

import type { LambdaFunction } from '../../../src/pool/lambda/invoke.js';
import { invoke } from '../../../src/pool/lambda/invoke.js';
import { VirtualClock } from '../virtual-clock.js';

const never = () => new Promise<never>(() => undefined);
const call = (lambda: LambdaFunction, clock = new VirtualClock(0)) =>
  invoke('PreSignUp', lambda, { request: { a: 1 } }, clock.after);

describe('calling a function', () => {
  it('gives it a copy of the event, and takes what it returns', async () => {
    const event = { request: { a: 1 } };
    const seen: unknown[] = [];
    const lambda = (got: unknown) => {
      seen.push(got);
      return Promise.resolve({ response: { ok: true, left: undefined } });
    };
    expect(await invoke('PreSignUp', lambda, event, new VirtualClock(0).after)).toEqual({ response: { ok: true } });
    expect(seen).toEqual([event]);
    expect(seen[0]).not.toBe(event);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['an error', () => Promise.reject(new Error('not here')), 'PreSignUp failed with error not here.'],
    [
      'an error at once',
      () => {
        throw new Error('not now');
      },
      'PreSignUp failed with error not now.',
    ],
    // Node lets a function reject with anything.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a function may throw what it likes
    ['text', () => Promise.reject('go away'), 'PreSignUp failed with error go away.'],
  ])('passes %s on, and asks no second time', async (_, fail, message) => {
    let calls = 0;
    const lambda = () => {
      calls += 1;
      return fail();
    };
    await expect(call(lambda)).rejects.toMatchObject({ name: 'UserLambdaValidationException', message });
    expect(calls).toBe(1);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['what JSON cannot carry', 1n],
    ['a function', () => 1],
  ])('takes %s for no answer', async (_, value) => {
    await expect(call(() => Promise.resolve(value))).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
  });

  it('waits five seconds, three times', async () => {
    const clock = new VirtualClock(0);
    let calls = 0;
    const answer = call(() => {
      calls += 1;
      return never();
    }, clock);
    const refused = expect(answer).rejects.toMatchObject({ name: 'UnexpectedLambdaException' });
    for (let tries = 1; tries <= 3; tries += 1) {
      if (clock.timers === 0) await clock.timerSet();
      clock.pass(4999);
      expect(calls).toBe(tries);
      clock.pass(1);
    }
    await refused;
    expect([calls, clock.timers]).toEqual([3, 0]);
  });

  it('takes the answer to a second try', async () => {
    const clock = new VirtualClock(0);
    let calls = 0;
    const answer = call(() => {
      calls += 1;
      return calls === 1 ? never() : Promise.resolve({ response: {} });
    }, clock);
    if (clock.timers === 0) await clock.timerSet();
    clock.pass(5000);
    expect(await answer).toEqual({ response: {} });
    expect([calls, clock.timers]).toEqual([2, 0]);
  });
});
