import { describe, expect, it } from 'vitest';

import { textMap } from '../platform.js';
import { makingWith, signed } from './with-extensions.js';

describe('credProtect', () => {
  it.each([1, 2, 3])('level %i is kept, and said again in the authenticator data', async (credProtect) => {
    expect(signed((await makingWith({ credProtect })).answer.body)).toEqual(textMap({ credProtect }));
  });

  it.each([
    ['a level that there is not', 4, 'INVALID_OPTION'],
    ['level 0', 0, 'INVALID_OPTION'],
    ['text', 'high', 'CBOR_UNEXPECTED_TYPE'],
  ])('is refused: %s', async (_case, credProtect, status) => {
    expect((await makingWith({ credProtect })).answer.status).toBe(status);
  });

  it('is as if nobody had named it on a CTAP 2.0 key', async () => {
    expect(signed((await makingWith({ credProtect: 3 }, { profile: '2.0' })).answer.body)).toBeUndefined();
  });

  // What a level hides from whom is told with getAssertion, makeCredential and credential management.
});
