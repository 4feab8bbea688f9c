import { afterEach, describe, expect, it } from 'vitest';

import { Authenticator } from '../../src/ctap/authenticator.js';
import { toHex, utf8 } from '../../src/ctap/codec/bytes.js';
import { Permission } from '../../src/ctap/commands.js';
import { CredentialManagement } from '../../src/ctap/credential-management.js';
import { makeCredential } from '../../src/ctap/make-credential.js';
import { keyMark, offersPersistentToken, PERSISTENT_TOKEN, recognise } from '../../src/ctap/persistent-token.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { reset } from '../../src/ctap/reset.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../src/softkey/soft-key.js';
import { infoOf } from './scripted-key.js';
import { decodeInfo } from '../../src/ctap/get-info.js';

const open: Authenticator[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((key) => key.close()));
});

async function plug(key = new SoftKey({ profile: '2.3' })) {
  const authenticator = await Authenticator.open(new MemoryPort(key));
  open.push(authenticator);
  return { key, authenticator };
}

async function withToken() {
  const { key, authenticator } = await plug();
  await authenticator.clientPin?.setPin(encodePin('123456'));
  await authenticator.refresh();
  const token = await authenticator.clientPin?.tokenUsingPin(encodePin('123456'), PERSISTENT_TOKEN);
  if (!token) throw new Error('No token');
  return { key, authenticator, token };
}

describe('the persistent token', () => {
  it('is offered by keys of CTAP 2.3', async () => {
    expect(offersPersistentToken((await plug()).authenticator.info)).toBe(true);
    expect(offersPersistentToken((await plug(new SoftKey({ profile: '2.1' }))).authenticator.info)).toBe(false);
  });

  it('lists, also after the key was without power', async () => {
    const { key, authenticator, token } = await withToken();
    await authenticator.close();
    key.powerCycle();
    const again = await plug(key);
    const management = new CredentialManagement(again.authenticator.ctap, again.authenticator.info, token);
    expect(await management.metadata()).toEqual({ existing: 0, remaining: 25 });
    expect(await management.relyingParties()).toEqual([]);
  });
});

describe('a mark', () => {
  it('is behind another ciphertext each time, and says the same', async () => {
    const { authenticator, token } = await withToken();
    const first = authenticator.info;
    const second = await authenticator.refresh();
    expect(toHex(first.encIdentifier ?? utf8(''))).not.toBe(toHex(second.encIdentifier ?? utf8('')));
    expect(recognise(keyMark(first, token), keyMark(second, token))).toBe('same');
  });

  it('tells a change of the credentials, and another key', async () => {
    const { authenticator, token } = await withToken();
    const known = keyMark(authenticator.info, token);
    const purpose = { permissions: Permission.MAKE_CREDENTIAL, rpId: 'example.com' };
    await makeCredential(authenticator.ctap, {
      clientDataHash: new Uint8Array(32),
      rp: { id: 'example.com' },
      user: { id: Uint8Array.of(1), name: 'ada' },
      algorithms: [-7],
      rk: true,
      token: await authenticator.clientPin?.tokenUsingPin(encodePin('123456'), purpose),
    });
    expect(recognise(known, keyMark(await authenticator.refresh(), token))).toBe('changed');
    expect(recognise(known, keyMark((await plug()).authenticator.info, token))).toBe('another');
  });

  it('is worthless after a PIN change and after a reset', async () => {
    for (const spoil of [
      (key: Authenticator) => key.clientPin?.changePin(encodePin('123456'), encodePin('654321')),
      (key: Authenticator) => reset(key.ctap),
    ]) {
      const { authenticator, token } = await withToken();
      const known = keyMark(authenticator.info, token);
      await spoil(authenticator);
      expect(recognise(known, keyMark(await authenticator.refresh(), token))).toBe('another');
    }
  });

  it.each([0, 16, 17, 31])('that has %i bytes is none', (length) => {
    const info = decodeInfo(infoOf({ 25: new Uint8Array(length), 30: new Uint8Array(length) }));
    const mark = keyMark(info, { bytes: new Uint8Array(32) });
    expect(mark).toEqual({ identifier: undefined, credStoreState: undefined });
    expect(recognise(mark, mark)).toBe('another');
  });
});
