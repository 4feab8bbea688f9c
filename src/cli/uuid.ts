import { toHex } from '../ctap/codec/bytes.js';

/** 16 bytes, such as an AAGUID, in the usual form with dashes. */
export function uuid(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
