import { toHex } from '../ctap/codec/bytes.js';

/** An AAGUID as a UUID in small letters, the form in which vendors publish theirs. */
export function aaguidText(aaguid: Uint8Array): string {
  return toHex(aaguid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Of keys that do not tell their model: U2F keys, and those that keep it to themselves. */
export const NO_AAGUID = '00000000-0000-0000-0000-000000000000';
