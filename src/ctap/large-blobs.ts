import { createHash } from 'node:crypto';

import { concat, fromHex } from './codec/bytes.js';
import { CtapCommand } from './commands.js';

/** Members of a request of authenticatorLargeBlobs (CTAP 2.2 §6.10.2). */
export const LargeBlobsParameter = {
  GET: 0x01,
  SET: 0x02,
  OFFSET: 0x03,
  LENGTH: 0x04,
  PIN_UV_AUTH_PARAM: 0x05,
  PIN_UV_AUTH_PROTOCOL: 0x06,
} as const;
export const LargeBlobsResult = { CONFIG: 0x01 } as const;

/** A serialized large-blob array without entries (§6.10.2): an empty list, and the first half of its SHA-256. */
export const EMPTY_LARGE_BLOB_ARRAY: Uint8Array = fromHex('80 76be8b52 8d0075f7 aae98d6f a57a6d3c');

/** Bytes of a message that are not for the fragment in it: maxFragmentLength is maxMsgSize less these (§6.10.2). */
export const FRAGMENT_OVERHEAD = 64;

/** What the token proves of a fragment that is written (§6.10.2). */
export function fragmentMessage(offset: number, fragment: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(38).fill(0xff, 0, 32);
  head[32] = CtapCommand.LARGE_BLOBS;
  new DataView(head.buffer).setUint32(34, offset, true);
  return concat(head, createHash('sha256').update(fragment).digest());
}
