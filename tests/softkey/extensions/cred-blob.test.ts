import { describe, expect, it } from 'vitest';

import { textMap } from '../platform.js';
import { makingWith, signed, signingWith } from './with-extensions.js';

const BLOB = new Uint8Array(32).fill(5);

describe('credBlob', () => {
  it('keeps up to 32 bytes beside a discoverable credential, and gives them back with each signature', async () => {
    const { platform, answer } = await makingWith({ credBlob: BLOB });
    expect(signed(answer.body)).toEqual(textMap({ credBlob: true }));
    expect(signed(await signingWith(platform, { credBlob: true }))).toEqual(textMap({ credBlob: BLOB }));
    expect(signed(await signingWith(platform, {}))).toBeUndefined();
  });

  it.each([
    ['more than 32 bytes', new Uint8Array(33), true],
    ['a credential that is not discoverable', BLOB, false],
  ])('says that it keeps nothing: %s', async (_case, credBlob, rk) => {
    expect(signed((await makingWith({ credBlob }, { rk })).answer.body)).toEqual(textMap({ credBlob: false }));
  });

  it('is as if nobody had named it on a key without it', async () => {
    expect(signed((await makingWith({ credBlob: BLOB }, { profile: '2.0' })).answer.body)).toBeUndefined();
  });
});
