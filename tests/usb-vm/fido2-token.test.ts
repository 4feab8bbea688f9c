import { describe, expect, it } from 'vitest';

import { parseTokenInfo, parseTokenList } from '../../tools/usb-vm/guest/fido2-token.js';

describe('what fido2-token prints', () => {
  it('is getInfo in other words', () => {
    const output = [
      'proto: 0x02',
      'major: 0x01',
      'caps: 0x0c (nowink, cbor, nomsg)',
      'version strings: FIDO_2_0, FIDO_2_1',
      'extension strings: credProtect, hmac-secret',
      'algorithms: es256 (public-key), eddsa (public-key)',
      'aaguid: 0102030405060708090a0b0c0d0e0f10',
      'options: rk, up, noplat, noclientPin, noMcGaPermissionsWithClientPin',
      'fwversion: 0x1',
      'maxmsgsiz: 1200',
      'pin protocols: 2, 1',
      'pin retries: undefined',
    ].join('\n');
    expect(parseTokenInfo(output)).toEqual({
      aaguid: '0102030405060708090a0b0c0d0e0f10',
      versions: ['FIDO_2_0', 'FIDO_2_1'],
      extensions: ['credProtect', 'hmac-secret'],
      options: { rk: true, up: true, plat: false, clientPin: false, noMcGaPermissionsWithClientPin: true },
      pinProtocols: [2, 1],
      maxMessageSize: 1200,
    });
  });

  it('may leave out what a key does not have', () => {
    const output =
      'version strings: FIDO_2_0\naaguid: 00\noptions: nonoMcGaPermissionsWithClientPin\nmaxmsgsiz: 1024\n';
    expect(parseTokenInfo(output)).toMatchObject({
      extensions: [],
      pinProtocols: [],
      options: { noMcGaPermissionsWithClientPin: false },
    });
  });

  it('is refused when it is not about a key', () => {
    expect(() => parseTokenInfo('fido2-token: fido_dev_open: FIDO_ERR_INTERNAL')).toThrow('nothing of aaguid');
  });

  it('lists keys by path, numbers and names', () => {
    const output = '/dev/hidraw0: vendor=0x1209, product=0x0001 (Keydesk Software key (VM))\n';
    expect(parseTokenList(output)).toEqual([
      { path: '/dev/hidraw0', vendorId: 0x1209, productId: 1, names: 'Keydesk Software key (VM)' },
    ]);
    expect(parseTokenList('')).toEqual([]);
  });
});
