import { createHmac, timingSafeEqual } from 'node:crypto';

/** What KMS does in the service: HMAC with SHA-256 under a key of at least 32 bytes. Throws RangeError for a shorter key. */
export function localMac(key: Uint8Array): {
  generateMac: (message: Uint8Array) => Uint8Array;
  verifyMac: (message: Uint8Array, mac: Uint8Array) => Promise<boolean>;
} {
  if (key.length < 32) throw new RangeError('A key for HMAC_256 has at least 32 bytes');
  const generateMac = (message: Uint8Array) => Uint8Array.from(createHmac('sha256', key).update(message).digest());
  const verifyMac = (message: Uint8Array, mac: Uint8Array) => {
    const right = generateMac(message);
    return Promise.resolve(mac.length === right.length && timingSafeEqual(mac, right));
  };
  return { generateMac, verifyMac };
}
