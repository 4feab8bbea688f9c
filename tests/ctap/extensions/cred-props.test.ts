import { expect, it } from 'vitest';

import { keyWithPin, NOT_DISCOVERABLE } from './key.js';

it('credProps says whether the credential is discoverable, only when asked', async () => {
  const { register } = await keyWithPin();
  expect((await register({ credProps: true })).clientExtensionResults).toEqual({ credProps: { rk: true } });
  expect((await register({ credProps: true }, NOT_DISCOVERABLE)).clientExtensionResults).toEqual({
    credProps: { rk: false },
  });
  expect((await register({ credProps: false })).clientExtensionResults).toEqual({});
});

it('extensions that nobody knows are ignored', async () => {
  const { register, signIn } = await keyWithPin();
  expect((await register({ somethingNew: { deep: [1] } })).clientExtensionResults).toEqual({});
  expect((await signIn({ somethingNew: 'text' })).clientExtensionResults).toEqual({});
});
