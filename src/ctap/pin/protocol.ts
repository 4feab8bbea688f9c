import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

import { concat, utf8 } from '../codec/bytes.js';
import { sha256 } from '../codec/sha256.js';

/**
 * The cryptography of a PIN/UV auth protocol (CTAP 2.2 §6.5.6 and §6.5.7). Both ends of the cable use it.
 * A secret made by `sharedSecret` encrypts and authenticates; a pinUvAuthToken only authenticates.
 */
export interface PinProtocol {
  readonly version: 1 | 2;
  /** The shared secret from the x-coordinate of the ECDH point, 32 bytes: 32 bytes in protocol one, 64 in two. */
  sharedSecret(x: Uint8Array): Uint8Array;
  /** `plaintext` is a multiple of 16 bytes long. */
  encrypt(secret: Uint8Array, plaintext: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Throws a RangeError for a ciphertext that cannot be one by its length. */
  decrypt(secret: Uint8Array, ciphertext: Uint8Array): Uint8Array<ArrayBuffer>;
  /** The pinUvAuthParam over `message`: 16 bytes in protocol one, 32 in two. */
  authenticate(key: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer>;
}

const BLOCK = 16;
const ZERO_IV = new Uint8Array(BLOCK);

export const protocolOne: PinProtocol = {
  version: 1,
  sharedSecret: (x) => sha256(x),
  encrypt: (secret, plaintext) => aesCbcEncrypt(secret, ZERO_IV, plaintext),
  decrypt: (secret, ciphertext) => aesCbcDecrypt(secret, ZERO_IV, ciphertext),
  authenticate: (key, message) => hmac(key, message).slice(0, 16),
};

/** Where protocol two's secret changes from the HMAC key to the AES key. */
const AES_KEY_AT = 32;

export const protocolTwo: PinProtocol = {
  version: 2,
  sharedSecret: (x) => concat(hkdf(x, 'CTAP2 HMAC key'), hkdf(x, 'CTAP2 AES key')),
  encrypt: (secret, plaintext) => {
    const iv = randomBytes(BLOCK);
    return concat(iv, aesCbcEncrypt(secret.subarray(AES_KEY_AT), iv, plaintext));
  },
  decrypt: (secret, ciphertext) => {
    if (ciphertext.length < BLOCK) throw new RangeError('A ciphertext shorter than its initialisation vector');
    return aesCbcDecrypt(secret.subarray(AES_KEY_AT), ciphertext.subarray(0, BLOCK), ciphertext.subarray(BLOCK));
  },
  authenticate: (key, message) => hmac(key.subarray(0, AES_KEY_AT), message),
};

/** The protocol of a number in getInfo's pinUvAuthProtocols, if it is one that we know. */
export function pinProtocol(version: number): PinProtocol | undefined {
  return [protocolOne, protocolTwo].find((protocol) => protocol.version === version);
}

/** Whether `mac` is the pinUvAuthParam over `message`; compares in constant time. */
export function verify(protocol: PinProtocol, key: Uint8Array, message: Uint8Array, mac: Uint8Array): boolean {
  const expected = protocol.authenticate(key, message);
  return expected.length === mac.length && timingSafeEqual(expected, mac);
}

function hkdf(x: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', x, new Uint8Array(32), utf8(info), 32));
}

function hmac(key: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHmac('sha256', key).update(message).digest());
}

function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
  wholeBlocks(plaintext);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return concat(cipher.update(plaintext), cipher.final());
}

function aesCbcDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array<ArrayBuffer> {
  wholeBlocks(ciphertext);
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const plaintext = decipher.update(ciphertext);
  const copy = concat(plaintext, decipher.final());
  plaintext.fill(0); // a PIN or a token: one copy is enough
  return copy;
}

function wholeBlocks(bytes: Uint8Array): void {
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) {
    throw new RangeError(`${bytes.length} bytes are no whole number of AES blocks`);
  }
}
