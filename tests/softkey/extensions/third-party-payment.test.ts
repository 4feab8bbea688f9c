import { describe, expect, it } from 'vitest';

import { textMap } from '../platform.js';
import { makingWith, signed, signingWith } from './with-extensions.js';

describe('thirdPartyPayment', () => {
  it('is kept with a discoverable credential and said with each signature', async () => {
    const { platform } = await makingWith({ thirdPartyPayment: true });
    expect(signed(await signingWith(platform, { thirdPartyPayment: true }))).toEqual(
      textMap({ thirdPartyPayment: true }),
    );
  });

  it('is false of a credential that was made without it', async () => {
    const { platform } = await makingWith({});
    expect(signed(await signingWith(platform, { thirdPartyPayment: true }))).toEqual(
      textMap({ thirdPartyPayment: false }),
    );
  });
});
