import { expect, it } from 'vitest';

import { UsedNonces } from '../../../src/triggers/local/used-nonces.js';

it('a nonce is used once, and remembered until its challenge is over', async () => {
  const clock = { time: 1_000_000 };
  const nonces = new UsedNonces(() => clock.time);
  await expect(nonces.useOnce('a', 1_300)).resolves.toBe(true);
  await expect(nonces.useOnce('b', 1_300)).resolves.toBe(true);
  clock.time = 1_299_999;
  await expect(nonces.useOnce('a', 1_300)).resolves.toBe(false);
});
