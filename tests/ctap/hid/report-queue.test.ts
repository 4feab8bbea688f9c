import { expect, it, vi } from 'vitest';

import { TransportError } from '../../../src/ctap/errors.js';
import { ReportQueue } from '../../../src/ctap/hid/report-queue.js';

const report = (number: number) => Uint8Array.of(number);

it('gives reports in the order of their arrival, to readers before and after', async () => {
  const queue = new ReportQueue();
  const early = queue.read(1000);
  queue.push(report(1));
  queue.push(report(2));
  queue.push(report(3));
  expect([await early, await queue.read(0), await queue.read(0)]).toEqual([1, 2, 3].map(report));
});

it('keeps the newest of the reports that nobody reads, and not without end', async () => {
  const queue = new ReportQueue();
  for (let number = 0; number < 5000; number++) queue.push(Uint8Array.of(number >> 8, number & 0xff));
  const kept: number[] = [];
  for (;;) {
    const next = await queue.read(0).catch(() => undefined);
    if (!next) break;
    kept.push(((next[0] ?? 0) << 8) | (next[1] ?? 0));
  }
  expect(kept.at(-1)).toBe(4999);
  expect(kept.length).toBeGreaterThanOrEqual(129); // the longest message
  expect(kept.length).toBeLessThan(1000);
});

it('has one reader at a time', async () => {
  const queue = new ReportQueue();
  const first = queue.read(1000);
  await expect(queue.read(1000)).rejects.toMatchObject({ code: 'protocol' });
  queue.push(report(1));
  expect(await first).toEqual(report(1));
});

it('ends once: the first reason stays', async () => {
  const queue = new ReportQueue();
  const pending = queue.read(1000);
  queue.end(new TransportError('device-removed', 'gone'));
  queue.end(new TransportError('closed', 'closed'));
  queue.push(report(1));
  await expect(pending).rejects.toMatchObject({ code: 'device-removed' });
  await expect(queue.read(0)).rejects.toMatchObject({ code: 'device-removed' });
  expect(queue.ended?.code).toBe('device-removed');
});

it('still gives what arrived before a removal, but not what was there at closing', async () => {
  const removed = new ReportQueue();
  removed.push(report(1));
  removed.end(new TransportError('device-removed', 'gone'));
  expect(await removed.read(0)).toEqual(report(1));
  await expect(removed.read(0)).rejects.toMatchObject({ code: 'device-removed' });
  const closed = new ReportQueue();
  closed.push(report(1));
  closed.end(new TransportError('closed', 'closed'));
  await expect(closed.read(0)).rejects.toMatchObject({ code: 'closed' });
});

it('leaves no timer behind once a report has come or the end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const queue = new ReportQueue();
    const first = queue.read(1000);
    queue.push(report(1));
    await first;
    const second = queue.read(1000);
    queue.end(new TransportError('closed', 'closed'));
    await expect(second).rejects.toThrow(TransportError);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('without a time to wait, hears what arrives within a turn of the event loop, and gives up in less than a timer takes', async () => {
  const queue = new ReportQueue();
  const hearing = queue.read(0);
  setImmediate(() => {
    queue.push(report(1));
  });
  expect(await hearing).toEqual(report(1));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // nothing moves this clock
  await expect(queue.read(0)).rejects.toMatchObject({ code: 'no-answer' });
  vi.useRealTimers();
});
