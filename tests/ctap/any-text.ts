import fc from 'fast-check';

/** Any sequence of UTF-16 units, halves of surrogate pairs included. */
export const anyText = (maxLength = 100): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength }).map((units) => String.fromCharCode(...units));
