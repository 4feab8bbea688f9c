import { createECDH, createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, fromHex, toHex, utf8 } from '../../../src/ctap/codec/bytes.js';
import { CoseLabel } from '../../../src/ctap/codec/cose.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { pinProtocol, type PinProtocol, protocolOne, protocolTwo, verify } from '../../../src/ctap/pin/protocol.js';

const X = Uint8Array.from({ length: 32 }, (_, index) => index);
const PLAINTEXT = Uint8Array.from({ length: 32 }, (_, index) => 64 + index);
const MESSAGE = utf8('the message');

// What python-fido2 0.9.1 (PinProtocolV1, PinProtocolV2) makes of the same inputs.
const VECTORS: [PinProtocol, Record<'secret' | 'ciphertext' | 'mac' | 'tokenMac', string>][] = [
  [
    protocolOne,
    {
      secret: '630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd',
      ciphertext: '78e7e8966d197598397065dd603b79a8347f84d4e1127ad79f3a0a6e4e27aaf7',
      mac: 'f78096a83a2b11bd1b631391153f7c2c',
      tokenMac: 'e7394214a3c883196868a8c38b0a3591',
    },
  ],
  [
    protocolTwo,
    {
      secret:
        'a689b3b92a6ebab91192408da9c4f05c674a2bc5f938d613077716c719a8df390f6ff2ef211829c11638ef2893ea02edf195658c0572393e7680d93bc2b58d44',
      ciphertext: '06676b2c97fbc77d04a776f9957ec8e475b98e7f7602522ef91e514f5036b9ad82586022b4681eab69cc89610da32125',
      mac: '9293bbd18e1f9f84579f60f31cc5ee38f3bc12a78c12390b673560884159f574',
      tokenMac: 'e7394214a3c883196868a8c38b0a359135876ba7db47f5c333ab2730cc128a72',
    },
  ],
];

describe.each(VECTORS)('PIN/UV auth protocol $version', (protocol, vector) => {
  const secret = fromHex(vector.secret);

  it('agrees with python-fido2 on secret, ciphertext and MAC', () => {
    expect(toHex(protocol.sharedSecret(X))).toBe(vector.secret);
    expect(toHex(protocol.decrypt(secret, fromHex(vector.ciphertext)))).toBe(toHex(PLAINTEXT));
    expect(toHex(protocol.authenticate(secret, MESSAGE))).toBe(vector.mac);
    expect(toHex(protocol.authenticate(X, MESSAGE))).toBe(vector.tokenMac);
  });

  it('decrypts what it has encrypted', () => {
    const blocks = fc.integer({ min: 1, max: 6 }).chain((n) => fc.uint8Array({ minLength: 16 * n, maxLength: 16 * n }));
    fc.assert(
      fc.property(blocks, (plaintext) => {
        expect(protocol.decrypt(secret, protocol.encrypt(secret, plaintext))).toEqual(plaintext);
      }),
    );
  });

  it('refuses lengths that are no whole number of blocks', () => {
    for (const length of [0, 1, 15, 17, 31]) {
      expect(() => protocol.encrypt(secret, new Uint8Array(length))).toThrow(RangeError);
      expect(() => protocol.decrypt(secret, new Uint8Array(length))).toThrow(RangeError);
    }
  });

  it('verifies its own MACs and no others', () => {
    const mac = protocol.authenticate(secret, MESSAGE);
    expect(verify(protocol, secret, MESSAGE, mac)).toBe(true);
    expect(verify(protocol, secret, utf8('another'), mac)).toBe(false);
    expect(verify(protocol, secret, MESSAGE, mac.subarray(1))).toBe(false);
    expect(verify(protocol, secret, MESSAGE, mac.with(3, (mac[3] ?? 0) ^ 1))).toBe(false);
  });

  it('gives both ends the same secret', () => {
    const [ours, theirs] = [new KeyAgreement(), new KeyAgreement()];
    expect(ours.agree(protocol, theirs.publicKey())).toEqual(theirs.agree(protocol, ours.publicKey()));
    expect(ours.agree(protocol, theirs.publicKey())).toHaveLength(protocol.version === 1 ? 32 : 64);
  });
});

it('protocol one encrypts with a zero IV, two with another IV each time', () => {
  expect(toHex(protocolOne.encrypt(X, PLAINTEXT))).toBe(toHex(protocolOne.encrypt(X, PLAINTEXT)));
  const secret = protocolTwo.sharedSecret(X);
  const ciphertexts = [1, 2].map(() => toHex(protocolTwo.encrypt(secret, PLAINTEXT)));
  expect(ciphertexts[0]).not.toBe(ciphertexts[1]);
  expect(ciphertexts[0]).toHaveLength(2 * 48);
});

it('numbers other than 1 and 2 are no protocols that we know', () => {
  expect([0, 1, 2, 3].map((number) => pinProtocol(number)?.version)).toEqual([undefined, 1, 2, undefined]);
});

describe('key agreement', () => {
  it('sends an ECDH-ES+HKDF-256 key on P-256, as CTAP names it', () => {
    const key = new KeyAgreement().publicKey();
    expect([key.get(1), key.get(3), key.get(-1), key.size]).toEqual([2, -25, 1, 5]);
  });

  it('uses the x-coordinate of the shared point', () => {
    const theirs = createECDH('prime256v1');
    const point = theirs.generateKeys();
    const ours = new KeyAgreement();
    const key = ours.publicKey();
    const [x, y] = [key.get(CoseLabel.X), key.get(CoseLabel.Y)];
    if (!(x instanceof Uint8Array) || !(y instanceof Uint8Array)) throw new Error('No coordinates');
    const shared = theirs.computeSecret(concat(Uint8Array.of(4), x, y));
    const peer = new Map<number, number | Uint8Array>([[1, 2], [3, -25], [-1, 1], [-2, point.subarray(1, 33)], [-3, point.subarray(33)]]); // prettier-ignore
    expect(toHex(ours.agree(protocolOne, peer))).toBe(createHash('sha256').update(shared).digest('hex'));
  });

  it('refuses points that are not on the curve, and keys of other kinds', () => {
    const ours = new KeyAgreement();
    const good = new Map(new KeyAgreement().publicKey());
    const y = good.get(CoseLabel.Y);
    if (!(y instanceof Uint8Array)) throw new Error('No coordinate');
    const bad: [number, number | Uint8Array | undefined][] = [
      [CoseLabel.Y, y.with(31, (y[31] ?? 0) ^ 1)],
      [CoseLabel.Y, new Uint8Array(32)],
      [CoseLabel.X, new Uint8Array(32).fill(0xff)],
      [CoseLabel.X, new Uint8Array(31)],
      [CoseLabel.Y, undefined],
      [CoseLabel.KTY, 1],
      [CoseLabel.CRV, 2],
    ];
    for (const [label, value] of bad) {
      const key = new Map(good);
      if (value === undefined) key.delete(label);
      else key.set(label, value);
      expect(() => ours.agree(protocolTwo, key)).toThrow(RangeError);
    }
  });
});
