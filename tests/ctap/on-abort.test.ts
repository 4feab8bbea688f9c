import { expect, it, vi } from 'vitest';

import { onAbort } from '../../src/ctap/on-abort.js';
import { sleep } from '../../src/ctap/sleep.js';

it('acts on abort, at once when that has already happened, and not any more once it is told to stop', () => {
  const controller = new AbortController();
  const [kept, stopped, late] = [vi.fn(), vi.fn(), vi.fn()];
  onAbort(controller.signal, kept);
  onAbort(controller.signal, stopped)();
  controller.abort();
  onAbort(controller.signal, late);
  expect([kept, stopped, late].map((act) => act.mock.calls.length)).toEqual([1, 0, 1]);
  onAbort(undefined, kept)();
});

it('sleep ends with time, or with the reason of the signal, and leaves neither timer nor listener', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const slept = sleep(500, controller.signal);
    await vi.advanceTimersByTimeAsync(500);
    await slept;
    expect(removed).toHaveBeenCalledTimes(1);
    const disturbed = sleep(500, controller.signal);
    controller.abort(new Error('up!'));
    await expect(disturbed).rejects.toThrow('up!');
    await expect(sleep(500, controller.signal)).rejects.toThrow('up!');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
