import { describe, expect, it } from 'vitest';

import { isSameKey, type KeyIdentity } from '../../../src/ctap/client/same-key.js';
import type { CborValue } from '../../../src/ctap/codec/cbor.js';
import { decodeInfo, InfoKey } from '../../../src/ctap/get-info.js';
import { infoOf, textMap } from '../scripted-key.js';

function key(found: Partial<KeyIdentity['found']> = {}, members: Record<number, CborValue> = {}): KeyIdentity {
  return {
    found: {
      id: 'usb:/dev/hidraw0',
      product: 'Model A',
      manufacturer: 'Maker',
      serial: undefined,
      connection: 'usb',
      open: () => Promise.reject(new Error('nobody opens it here')),
      ...found,
    },
    info: decodeInfo(infoOf(members)),
    deviceVersion: [5, 4, 3],
  };
}

describe('a key on USB', () => {
  it('is the same at another path, though its fresh ciphertexts and its counts have changed', () => {
    const again = key(
      { id: 'usb:/dev/hidraw3' },
      {
        [InfoKey.ENC_IDENTIFIER]: new Uint8Array(32).fill(1),
        [InfoKey.UV_COUNT_SINCE_LAST_PIN_ENTRY]: 3,
        [InfoKey.ENC_CRED_STORE_STATE]: new Uint8Array(32).fill(2),
        0x77: 'a member that nobody knows',
      },
    );
    expect(isSameKey(key(), again)).toBe(true);
  });

  it.each([
    ['product', key({ product: 'Model B' })],
    ['maker', key({ manufacturer: 'Another' })],
    ['model', key({}, { [InfoKey.AAGUID]: new Uint8Array(16) })],
    ['PIN state', key({}, { [InfoKey.OPTIONS]: textMap({ clientPin: true }) })],
    ['firmware', key({}, { [InfoKey.FIRMWARE_VERSION]: 7 })],
    ['device version', { ...key(), deviceVersion: [5, 4, 4] as const }],
    ['cable', key({ connection: 'simulator' })],
  ])('is another with another %s', (_what, other) => {
    expect(isSameKey(key(), other)).toBe(false);
  });

  it('is another with another serial number, and not yet the same with the same one', () => {
    expect(isSameKey(key({ serial: '1' }), key({ serial: '2' }))).toBe(false);
    expect(isSameKey(key({ serial: '1' }), key({ serial: '1' }))).toBe(true);
    // Some makers give all their keys one number.
    expect(isSameKey(key({ serial: '1' }), key({ serial: '1' }, { [InfoKey.FIRMWARE_VERSION]: 7 }))).toBe(false);
    expect(isSameKey(key({ serial: '1' }), key())).toBe(true);
  });

  it('is told by its identifier where somebody can read it', () => {
    const one = key({}, { [InfoKey.ENC_IDENTIFIER]: Uint8Array.of(1) });
    const other = key({}, { [InfoKey.ENC_IDENTIFIER]: Uint8Array.of(2) });
    expect(isSameKey(one, other)).toBe(true);
    expect(isSameKey(one, other, ({ encIdentifier }) => encIdentifier)).toBe(false);
    const updated = key({}, { [InfoKey.ENC_IDENTIFIER]: Uint8Array.of(1), [InfoKey.FIRMWARE_VERSION]: 8 });
    expect(isSameKey(one, updated, ({ encIdentifier }) => encIdentifier)).toBe(true);
  });
});

it('a simulator is where it answers', () => {
  const at = (id: string) => key({ id, connection: 'simulator' });
  expect(isSameKey(at('udp:127.0.0.1:9111'), at('udp:127.0.0.1:9111'))).toBe(true);
  expect(isSameKey(at('udp:127.0.0.1:9111'), at('udp:127.0.0.1:9112'))).toBe(false);
});
