import { describe, expect, test } from 'vitest';

import { worldLink } from '../../../tools/electron-standin/world/link.js';

let count = 0;

/** Both ends in one world, over an event target of the test's own: what crosses is copied by the same rules. */
function linkedWorlds() {
  const target = new EventTarget();
  const [a, b] = [`a${++count}`, `b${count}`];
  return { page: worldLink(a, b, target), preload: worldLink(b, a, target) };
}

describe('a link between two worlds', () => {
  test('calls by name and returns copies', () => {
    const { page, preload } = linkedWorlds();
    const original = { list: [1, { two: 2 }], when: new Date(5) };
    page.register('take', (value) => value);
    const copy = preload.call('take', original);
    expect(copy).toEqual(original);
    expect(copy).not.toBe(original);
  });

  test('makes proxies of functions, which call back and may nest', () => {
    const { page, preload } = linkedWorlds();
    page.register('twice', (act) => {
      const call = act as (n: number) => number;
      return call(call(2));
    });
    expect(preload.call('twice', (n: unknown) => Number(n) * 10)).toBe(200);
  });

  test('settles promises on the other side', async () => {
    const { page, preload } = linkedWorlds();
    page.register('later', (value) => Promise.resolve(value));
    page.register('never', () => Promise.reject(new RangeError('no')));
    await expect(preload.call('later', { a: 1 })).resolves.toEqual({ a: 1 });
    await expect(preload.call('never')).rejects.toThrow(new Error('no'));
  });

  test('throws copies of errors, with their message only', () => {
    const { page, preload } = linkedWorlds();
    page.register('fail', () => {
      throw Object.assign(new RangeError('far'), { code: 7 });
    });
    try {
      preload.call('fail');
      expect.unreachable();
    } catch (error) {
      expect(error).toStrictEqual(new Error('far'));
      expect(error).not.toHaveProperty('code');
    }
  });

  test('refuses what cannot be cloned, circles, and names that nobody has registered', () => {
    const { page, preload } = linkedWorlds();
    page.register('take', () => undefined);
    expect(() => preload.call('take', Symbol('s'))).toThrow(/could not be cloned/);
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(() => preload.call('take', circle)).toThrow('recursion depth exceeded');
    expect(() => preload.call('absent')).toThrow('Nothing is registered as absent');
  });

  test('keeps working when the page replaces what it finds on the prototypes', () => {
    const { page, preload } = linkedWorlds();
    page.register('take', (value) => value);
    const original = Object.getOwnPropertyDescriptors(EventTarget.prototype);
    EventTarget.prototype.dispatchEvent = () => {
      throw new Error('replaced');
    };
    try {
      expect(preload.call('take', 1)).toBe(1);
    } finally {
      Object.defineProperties(EventTarget.prototype, original);
    }
  });
});
