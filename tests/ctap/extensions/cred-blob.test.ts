import { expect, it } from 'vitest';

import { toBase64url } from '../../../src/ctap/codec/bytes.js';
import { allow, keyWithPin, NOT_DISCOVERABLE } from './key.js';

const BLOB = toBase64url(new Uint8Array(32).fill(7));

it('comes back at each sign-in, when asked for', async () => {
  const { register, signIn } = await keyWithPin();
  const { id, clientExtensionResults } = await register({ credBlob: BLOB });
  expect(clientExtensionResults).toEqual({ credBlob: true });
  for (const list of [allow(id), {}])
    expect((await signIn({ getCredBlob: true }, list)).clientExtensionResults).toEqual({ getCredBlob: BLOB });
  expect((await signIn({})).clientExtensionResults).toEqual({});
});

it('is empty where none was left', async () => {
  const { register, signIn } = await keyWithPin();
  await register({});
  expect((await signIn({ getCredBlob: true })).clientExtensionResults).toEqual({ getCredBlob: '' });
});

it.each([
  ['it is too long', { credBlob: toBase64url(new Uint8Array(33)) }, {}, '2.1'],
  ['the credential is not discoverable', { credBlob: BLOB }, NOT_DISCOVERABLE, '2.1'],
  ['the key has none', { credBlob: BLOB }, {}, '2.0'],
] as const)('is not stored, and the result says so, when %s', async (_, extensions, changes, profile) => {
  const { register } = await keyWithPin({ profile });
  expect((await register(extensions, changes)).clientExtensionResults).toEqual({ credBlob: false });
});

it('is base64url', async () => {
  const { register } = await keyWithPin();
  await expect(register({ credBlob: 'not base64url!' })).rejects.toMatchObject({ code: 'bad-options' });
});
