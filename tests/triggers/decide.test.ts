import { describe, expect, it, vi } from 'vitest';

import { decide, DECISION_MS } from '../../src/triggers/decide.js';
import { Refusal } from '../../src/triggers/refusal.js';
import { afterTheDeadline } from './failing.js';

describe('a decision', () => {
  it('is a refusal once the deadline has passed, and what it waits for is told to stop', async () => {
    let seen: AbortSignal | undefined;
    const ended = await afterTheDeadline(() =>
      decide((signal) => {
        seen = signal;
        return new Promise(() => undefined);
      }),
    );
    expect(ended).toMatchObject({ error: { name: 'Refusal', code: 'unavailable' } });
    expect(seen?.aborted).toBe(true);
    expect(DECISION_MS).toBeLessThan(5000); // what Cognito waits
  });

  it('keeps the words of others from the caller', async () => {
    const cause = new Error('AccessDenied: arn:aws:iam::123456789012:role/secret');
    const refused = decide(() => Promise.reject(cause));
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', cause });
    await expect(refused).rejects.toThrow(/^this cannot be decided now: try again in a moment$/);
  });

  it('passes refusals and answers on, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      await expect(decide(() => Promise.reject(new Refusal('not-registered')))).rejects.toMatchObject({
        code: 'not-registered',
      });
      await expect(decide(() => 7)).resolves.toBe(7);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the words of a refusal', () => {
  it('are the same for every reason why a sign-up is not accepted', () => {
    const words = (['not-registered', 'registration-taken', 'email-not-proved'] as const).map(
      (code) => new Refusal(code).message,
    );
    expect(new Set(words).size).toBe(1);
  });
});
