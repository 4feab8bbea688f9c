import { vi } from 'vitest';

import { DECISION_MS } from '../../src/triggers/decide.js';

/** The ways in which something a decision leans on lets it down: each is to end in a refusal. */
export const LET_DOWNS: Readonly<Record<string, () => Promise<never>>> = {
  hangs: () => new Promise(() => undefined),
  throws: () => Promise.reject(new Error('AccessDenied: arn:aws:iam::123456789012:role/secret')),
  'throws at once': () => {
    throw new TypeError('broken');
  },
  // What no compiler would let through, and a wrong answer may be all the same.
  'answers nonsense': () => Promise.resolve({ yes: true } as never),
  // A text has an `includes` as lists do.
  'answers a text': () => Promise.resolve('PASSWORD' as never),
  'answers nothing': () => Promise.resolve(undefined as never),
};

/** Runs a decision with time moving on past its deadline, and gives how it ended. */
export async function afterTheDeadline(decision: () => Promise<unknown>): Promise<unknown> {
  vi.useFakeTimers();
  try {
    const ended = decision().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    await vi.advanceTimersByTimeAsync(DECISION_MS);
    return await ended;
  } finally {
    vi.useRealTimers();
  }
}
