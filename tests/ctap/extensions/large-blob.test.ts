import { describe, expect, it } from 'vitest';

import { toBase64url, utf8 } from '../../../src/ctap/codec/bytes.js';
import { allow, keyWithPin, NOT_DISCOVERABLE, UNVERIFIED } from './key.js';

const TEXT = toBase64url(utf8('What a relying party keeps with a credential. '.repeat(20)));

describe('largeBlob at creation', () => {
  it.each(['required', 'preferred'])('with support %s is given by a key that has it', async (support) => {
    const { register } = await keyWithPin({ profile: '2.1' });
    expect((await register({ largeBlob: { support } })).clientExtensionResults).toEqual({
      largeBlob: { supported: true },
    });
  });

  it.each([
    ['a key without large blobs', '2.0', {}],
    ['a credential that is not discoverable', '2.1', NOT_DISCOVERABLE],
  ] as const)(
    'on %s is told when preferred, and refused before the touch when required',
    async (_, profile, changes) => {
      const { register } = await keyWithPin({ profile });
      expect((await register({ largeBlob: { support: 'preferred' } }, changes)).clientExtensionResults).toEqual({
        largeBlob: { supported: false },
      });
      const required = register({ largeBlob: { support: 'required' } }, changes);
      await expect(required).rejects.toMatchObject({ name: 'ClientError', code: 'unsupported' });
    },
  );

  it.each([{ read: true }, { write: TEXT }])('is neither read nor written: %j', async (largeBlob) => {
    const { register } = await keyWithPin();
    await expect(register({ largeBlob })).rejects.toMatchObject({ code: 'bad-options' });
  });
});

describe('largeBlob when signing in', () => {
  it('is written with the same touch, also where no PIN was wanted, and read', async () => {
    const { register, signIn } = await keyWithPin();
    const { id } = await register({ largeBlob: { support: 'required' } });
    const write = { largeBlob: { write: TEXT } };
    expect((await signIn(write, { ...allow(id), ...UNVERIFIED })).clientExtensionResults).toEqual({
      largeBlob: { written: true },
    });
    for (const list of [allow(id), {}])
      expect((await signIn({ largeBlob: { read: true } }, { ...list, ...UNVERIFIED })).clientExtensionResults).toEqual({
        largeBlob: { blob: TEXT },
      });
  });

  it('is absent where nothing was written, and not written where there is no key for it', async () => {
    const { register, signIn } = await keyWithPin();
    const { id } = await register({ largeBlob: { support: 'required' } });
    expect((await signIn({ largeBlob: { read: true } }, allow(id))).clientExtensionResults).toEqual({ largeBlob: {} });
    const plain = await register({}, NOT_DISCOVERABLE);
    expect((await signIn({ largeBlob: { write: TEXT } }, allow(plain.id))).clientExtensionResults).toEqual({
      largeBlob: { written: false },
    });
  });

  it('that does not fit is not written, and the person is signed in all the same', async () => {
    const { register, signIn } = await keyWithPin();
    const { id } = await register({ largeBlob: { support: 'required' } });
    const noise = toBase64url(Uint8Array.from({ length: 3000 }, (_, index) => ((index * index * 31) % 251) ^ index));
    const signed = await signIn({ largeBlob: { write: noise } }, allow(id));
    expect(signed.clientExtensionResults).toEqual({ largeBlob: { written: false } });
    expect(signed.id).toBe(id);
  });

  it.each([
    ['read and written', { read: true, write: TEXT }, allow(TEXT)],
    ['written for several credentials', { write: TEXT }, allow(TEXT, 'AAAA')],
    ['written for none', { write: TEXT }, {}],
    ['asked for support', { support: 'required' }, {}],
  ])('cannot be %s', async (_, largeBlob, list) => {
    const { signIn } = await keyWithPin();
    await expect(signIn({ largeBlob }, list)).rejects.toMatchObject({ code: 'bad-options' });
  });
});
