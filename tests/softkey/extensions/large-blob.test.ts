import { describe, expect, it } from 'vitest';

import { bytes } from '../platform.js';
import { makingWith, signed, signingWith } from './with-extensions.js';

describe('largeBlobKey', () => {
  it('comes beside the authenticator data, and is the same each time', async () => {
    const { platform, answer } = await makingWith({ largeBlobKey: true });
    const key = bytes(answer.body, 5);
    expect(key).toHaveLength(32);
    expect(signed(answer.body)).toBeUndefined();
    expect(bytes(await signingWith(platform, { largeBlobKey: true }), 7)).toEqual(key);
    expect((await signingWith(platform, {})).has(7)).toBe(false);
  });

  it.each([
    ['false', { largeBlobKey: false }, true, 'INVALID_OPTION'],
    ['a number', { largeBlobKey: 1 }, true, 'CBOR_UNEXPECTED_TYPE'],
    ['of a credential that is not discoverable', { largeBlobKey: true }, false, 'INVALID_OPTION'],
  ])('is refused: %s', async (_case, inputs, rk, status) => {
    expect((await makingWith(inputs, { rk })).answer.status).toBe(status);
  });

  it('is as if nobody had named it on a key without large blobs', async () => {
    const { answer } = await makingWith({ largeBlobKey: true }, { profile: '2.0' });
    expect(answer.body.has(5)).toBe(false);
  });
});
