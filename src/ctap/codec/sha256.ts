import { hash } from 'node:crypto';

/**
 * The SHA-256 of some bytes, 32 bytes; the only copy, for those who have to zero it. In one call: an object that takes the
 * bytes piece by piece costs several times as much.
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = hash('sha256', bytes, 'buffer');
  return new Uint8Array(buffer, byteOffset, byteLength);
}
