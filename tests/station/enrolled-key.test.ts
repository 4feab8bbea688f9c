import { describe, expect, it } from 'vitest';

import { subOf } from '../../src/station/enrolled-key.js';

const handle = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url');

describe('whose a passkey is', () => {
  it('is told by its user handle, the text of the sub, whatever version of UUID that is of', () => {
    const sub = '94482458-e0a1-7005-dd3f-0c1d2e3f4a5b';
    expect(subOf(handle(sub))).toBe(sub);
  });

  it.each([
    ['16 bytes', handle(new Uint8Array(16).fill(7))],
    ['a name', handle('ana')],
    ['nothing', ''],
    ['no UTF-8', handle(Uint8Array.of(0xff, 0xfe))],
  ])('is not told by a handle of %s', (_what, userId) => {
    expect(subOf(userId)).toBeUndefined();
  });
});
