import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { valueCodec } from '../../../tools/electron-standin/world/structured-values.js';

const codec = valueCodec();
const through = (value: unknown) => codec.decode(codec.encode(value));

describe('values that can be cloned', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number that is none', NaN],
    ['minus infinity', -Infinity],
    ['minus zero', -0],
    ['a big integer', -(2n ** 70n)],
    ['text', 'ü✓\0\u{1f511}'],
    ['a date', new Date(0)],
    ['a date that is none', new Date(NaN)],
    ['an expression', /a\/b/giu],
    ['bytes', new Uint8Array([0, 1, 255])],
    ['words', new Uint16Array([1, 65535])],
    ['big words', new BigInt64Array([-1n])],
    ['a buffer', new Uint8Array([1, 2]).buffer],
    [
      'a map',
      new Map<unknown, unknown>([
        [{ a: 1 }, [undefined]],
        [NaN, new Set([1, 'x'])],
      ]),
    ],
    ['an object with an entry called __proto__', JSON.parse('{"__proto__": {"polluted": true}}')],
    ['nested lists', [[], [[]], { a: [{}] }]],
  ])('%s arrives as it was', (_name, value: unknown) => {
    expect(through(value)).toStrictEqual(value);
  });

  test('any such value arrives as it was', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
        (value) => {
          expect(through(value)).toStrictEqual(structuredClone(value));
        },
      ),
    );
  });

  test('circles and shared parts stay what they are', () => {
    const shared = { n: 1 };
    const circle: Record<string, unknown> = { a: shared, b: shared };
    circle['self'] = circle;
    const copy = through(circle) as typeof circle;
    expect(copy['self']).toBe(copy);
    expect(copy['a']).toBe(copy['b']);
    expect(copy['a']).not.toBe(shared);
  });

  test('only the part of a buffer that a view shows is carried', () => {
    const view = new Uint8Array(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2);
    expect(through(view)).toStrictEqual(new Uint8Array([1, 2]));
  });

  test('errors keep type, message and cause; a Node buffer arrives as bytes; instances of classes lose their class', () => {
    const error = through(new RangeError('far', { cause: { code: 7 } })) as RangeError;
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('far');
    expect(error.cause).toEqual({ code: 7 });
    expect(through(Buffer.from([1]))).toStrictEqual(new Uint8Array([1]));
    class Point {
      x = 1;
    }
    expect(through(new Point())).toStrictEqual({ x: 1 });
  });
});

describe('values that cannot be cloned', () => {
  test.each([
    ['a function', () => undefined],
    ['a symbol', Symbol('s')],
    ['a promise', Promise.resolve()],
    ['a weak map', new WeakMap()],
    ['an object with a function in it', { deep: [{ act: () => undefined }] }],
  ])('%s is refused', (_name, value) => {
    expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: 'DataCloneError' }) as Error);
  });
});
