import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import { blobSizes } from '../../../src/ctap/client/blob-sizes.js';
import { concat, utf8 } from '../../../src/ctap/codec/bytes.js';
import { encode } from '../../../src/ctap/codec/cbor.js';
import type { StoredCredential } from '../../../src/ctap/credential-management.js';
import { sealBlob, serializeArray } from '../../../src/ctap/large-blob-array.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { MemoryStore } from '../../../src/softkey/store/credential-store.js';
import { blankState } from '../../../src/softkey/store/key-state.js';
import { SpyPort } from '../spy-port.js';

const ADA = new Uint8Array(32).fill(1);
const BOB = new Uint8Array(32).fill(2);

function stored(name: string, largeBlobKey: Uint8Array | undefined): StoredCredential {
  const id = utf8(name);
  return {
    id: { id, type: 'public-key' },
    user: { id, name },
    publicKey: new Map(),
    credProtect: undefined,
    largeBlobKey,
    thirdPartyPayment: undefined,
  };
}

async function keyWith(largeBlobs: Uint8Array) {
  const store = new MemoryStore();
  await store.save({ ...blankState(new Uint8Array(32)), largeBlobs });
  const spy = new SpyPort(new MemoryPort(new SoftKey({ profile: '2.1', store })), true);
  const authenticator = await Authenticator.open(spy);
  spy.forget();
  return { authenticator, spy };
}

describe('the sizes of the data beside passkeys', () => {
  it('are told for those that have some, as long as they were before compression', async () => {
    const { authenticator } = await keyWith(serializeArray([sealBlob(ADA, new Uint8Array(2000))]));
    const [ada, bob, plain] = [stored('ada', ADA), stored('bob', BOB), stored('plain', undefined)];
    expect([...((await blobSizes(authenticator, [plain, ada, bob])) ?? [])]).toEqual([[ada, 2000]]);
  });

  it('are not asked for where no passkey could have any', async () => {
    const { authenticator, spy } = await keyWith(serializeArray([]));
    expect(await blobSizes(authenticator, [stored('plain', undefined)])).toEqual(new Map());
    expect(spy.commands).toEqual([]);
  });

  it('are unknown where the array of the key means something else', async () => {
    const list = encode('no list');
    const whole = concat(list, createHash('sha256').update(list).digest().subarray(0, 16));
    const { authenticator } = await keyWith(whole);
    expect(await blobSizes(authenticator, [stored('ada', ADA)])).toBeUndefined();
  });
});
