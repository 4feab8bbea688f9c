import { expect, it } from 'vitest';

import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { blankState } from '../../../src/softkey/store/key-state.js';
import { RP_ID } from '../options.js';
import { keyWithPin } from './key.js';

/** A key whose administrator lets `rpIds` know that PINs have six characters. */
async function configured(rpIds: readonly string[]) {
  const store = new MemoryStore();
  const blank = blankState(new Uint8Array(32).fill(1));
  await store.save({ ...blank, config: { ...blank.config, minPinLength: 6, minPinLengthRpIds: rpIds } });
  return keyWithPin({ profile: '2.1', store });
}

it('is told to relying parties that were named', async () => {
  const { register } = await configured(['example.org', RP_ID]);
  expect((await register({ minPinLength: true })).clientExtensionResults).toEqual({ minPinLength: 6 });
  expect((await register({})).clientExtensionResults).toEqual({});
});

it('is not told to others', async () => {
  const { register } = await configured(['example.org']);
  expect((await register({ minPinLength: true })).clientExtensionResults).toEqual({});
});
