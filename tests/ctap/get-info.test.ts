import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../src/ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, decode } from '../../src/ctap/codec/cbor.js';
import { ResponseError } from '../../src/ctap/errors.js';
import { decodeInfo } from '../../src/ctap/get-info.js';

const AAGUID = '000102030405060708090a0b0c0d0e0f';

function info(hex: string): ReturnType<typeof decodeInfo> {
  return decodeInfo(decode(fromHex(hex)) as CborMap);
}

describe('what a key says of itself', () => {
  it('may be as little as versions and AAGUID; the rest are the defaults of the specification (CTAP 2.2 §6.4)', () => {
    // {1: ["FIDO_2_0"], 3: h'…'}
    expect(info(`a2 01 81 68 4649444f5f325f30 03 50 ${AAGUID}`)).toMatchObject({
      versions: ['FIDO_2_0'],
      extensions: [],
      maxMsgSize: 1024,
      pinUvAuthProtocols: [],
      maxCredentialCountInList: 1,
      maxCredentialIdLength: undefined,
      algorithms: undefined,
      minPinLength: 4,
      maxPinLength: 63,
      forcePinChange: false,
      longTouchForReset: false,
      attestationFormats: ['packed'],
      transportsForReset: undefined,
      remainingDiscoverableCredentials: undefined,
    });
  });

  it('of CTAP 2.0, with the lengths and maps of its time', () => {
    // After the example of CTAP 2.0 §5.4: {1: ["U2F_V2", "FIDO_2_0"], 2: ["uvm", "hmac-secret"], 3: h'…',
    //   4: {"rk": true, "up": true, "plat": false, "clientPin": false}, 5: 1200, 6: [1]}
    const device = info(`
      a6 01 82 66 5532465f5632 68 4649444f5f325f30
      02 82 63 75766d 6b 686d61632d736563726574
      03 50 ${AAGUID}
      04 a4 62 726b f5 62 7570 f5 64 706c6174 f4 69 636c69656e7450696e f4
      05 19 04b0
      06 81 01`);
    expect(device.versions).toEqual(['U2F_V2', 'FIDO_2_0']);
    expect(device.extensions).toEqual(['uvm', 'hmac-secret']);
    expect(toHex(device.aaguid)).toBe(AAGUID);
    expect([...device.options]).toEqual([['rk', true], ['up', true], ['plat', false], ['clientPin', false]]); // prettier-ignore
    expect(device.maxMsgSize).toBe(1200);
    expect(device.pinUvAuthProtocols).toEqual([1]);
  });

  it('has every member of CTAP 2.3', () => {
    const members: [number, CborValue][] = [
      [0x01, ['FIDO_2_0', 'FIDO_2_3']],
      [0x02, ['credProtect']],
      [0x03, fromHex(AAGUID)],
      [0x04, new Map([['ep', false]])],
      [0x05, 2048],
      [0x06, [2, 1]],
      [0x07, 8],
      [0x08, 128],
      [0x09, ['usb', 'nfc']],
      [0x0a, [new Map<CborKey, CborValue>([['alg', -7], ['type', 'public-key']]), new Map<CborKey, CborValue>([['alg', -9], ['type', 'secret-key']])]], // prettier-ignore
      [0x0b, 4096],
      [0x0c, true],
      [0x0d, 6],
      [0x0e, 328706],
      [0x0f, 32],
      [0x10, 1],
      [0x11, 3],
      [0x12, 2],
      [0x13, new Map([['FIDO', 2]])],
      [0x14, 0],
      [0x15, [0x1234, 2n ** 63n]],
      [0x16, ['packed', 'none']],
      [0x17, 4],
      [0x18, true],
      [0x19, Uint8Array.of(1)],
      [0x1a, ['usb']],
      [0x1b, true],
      [0x1c, Uint8Array.of(2)],
      [0x1d, 32],
      [0x1e, Uint8Array.of(3)],
      [0x1f, [1, 2, 3]],
    ];
    expect(decodeInfo(new Map(members))).toEqual({
      versions: ['FIDO_2_0', 'FIDO_2_3'],
      extensions: ['credProtect'],
      aaguid: fromHex(AAGUID),
      options: new Map([['ep', false]]),
      maxMsgSize: 2048,
      pinUvAuthProtocols: [2, 1],
      maxCredentialCountInList: 8,
      maxCredentialIdLength: 128,
      transports: ['usb', 'nfc'],
      algorithms: [-7],
      maxSerializedLargeBlobArray: 4096,
      forcePinChange: true,
      minPinLength: 6,
      firmwareVersion: 328706,
      maxCredBlobLength: 32,
      maxRpIdsForSetMinPinLength: 1,
      preferredPlatformUvAttempts: 3,
      uvModality: 2,
      certifications: new Map([['FIDO', 2]]),
      remainingDiscoverableCredentials: 0,
      vendorPrototypeConfigCommands: [0x1234, 2n ** 63n],
      attestationFormats: ['packed', 'none'],
      uvCountSinceLastPinEntry: 4,
      longTouchForReset: true,
      encIdentifier: Uint8Array.of(1),
      transportsForReset: ['usb'],
      pinComplexityPolicy: true,
      pinComplexityPolicyUrl: Uint8Array.of(2),
      maxPinLength: 32,
      encCredStoreState: Uint8Array.of(3),
      authenticatorConfigCommands: [1, 2, 3],
      others: new Map(),
    });
  });

  const LEAST: [CborKey, CborValue][] = [[1, ['FIDO_2_0']], [3, fromHex(AAGUID)]]; // prettier-ignore
  const withMember = (key: CborKey, value: CborValue) => decodeInfo(new Map([...LEAST, [key, value]]));

  it('keeps members that we do not know', () => {
    const device = decodeInfo(new Map<CborKey, CborValue>([...LEAST, [0x50, 'new'], ['vendor', 1]]));
    expect([...device.others]).toEqual([[0x50, 'new'], ['vendor', 1]]); // prettier-ignore
  });

  it('with a PIN but no protocols means protocol one, as before they were numbered', () => {
    expect(withMember(4, new Map([['clientPin', true]])).pinUvAuthProtocols).toEqual([1]);
  });

  it('takes zero for "not said" where zero would forbid everything', () => {
    expect(withMember(5, 0).maxMsgSize).toBe(1024);
    expect(withMember(5, 64).maxMsgSize).toBe(1024); // would leave no room for a fragment of a large blob
    expect(withMember(7, 0).maxCredentialCountInList).toBe(1);
    expect(withMember(8, 0).maxCredentialIdLength).toBeUndefined();
  });

  it.each([
    ['versions', 1, 'FIDO_2_0'],
    ['aaguid', 3, new Uint8Array(15)],
    ['options', 4, []],
    ['maxMsgSize', 5, -1],
    ['pinUvAuthProtocols', 6, ['1']],
    ['transports', 9, [1]],
    ['algorithms', 10, [-7]],
    ['minPINLength', 13, 'four'],
  ] as const)('is refused when %s has the wrong type, and the error names it', (member, key, value) => {
    const decoding = () => withMember(key, value);
    expect(decoding).toThrow(ResponseError);
    expect(decoding).toThrow(expect.objectContaining({ member }));
  });

  it.each([
    ['versions', 1],
    ['aaguid', 3],
  ])('is refused without %s', (member, key) => {
    const map = new Map(LEAST);
    map.delete(key);
    expect(() => decodeInfo(map)).toThrow(expect.objectContaining({ name: 'ResponseError', member }));
  });

  it('any map gives a DeviceInfo or a ResponseError', () => {
    const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.uint8Array(), fc.bigInt());
    const value: fc.Arbitrary<CborValue> = fc.oneof(
      scalar,
      fc.array(scalar),
      fc.array(fc.tuple(fc.string(), scalar)).map((entries) => new Map(entries)),
      fc.array(fc.constant(new Map<CborKey, CborValue>([['type', 'public-key']]))),
    );
    const likely: fc.Arbitrary<[CborKey, CborValue]> = fc.tuple(fc.integer({ min: 1, max: 0x22 }), value);
    fc.assert(
      fc.property(fc.array(likely), fc.boolean(), (entries, isWhole) => {
        try {
          expect(decodeInfo(new Map([...(isWhole ? LEAST : []), ...entries])).versions).toBeDefined();
        } catch (error) {
          expect(error).toBeInstanceOf(ResponseError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
