import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { concat, equal, fromHex, utf8 } from './codec/bytes.js';
import { type CborMap, decode, encode, numbered } from './codec/cbor.js';
import { CborError } from './codec/cbor-errors.js';
import { listItems } from './codec/cbor-items.js';
import { sha256 } from './codec/sha256.js';
import { ResponseError } from './errors.js';
import { isBytes, isCount, isMap } from './members.js';

/**
 * The large-blob array of an authenticator (CTAP 2.2 §6.10.3): a list of entries, each sealed with the largeBlobKey of one
 * credential, that all programs share. Pure functions on its bytes; `large-blobs.ts` reads and writes it.
 */

/** A serialized array without entries: an empty list, and the first half of its SHA-256. */
export const EMPTY_LARGE_BLOB_ARRAY: Uint8Array = fromHex('80 76be8b52 8d0075f7 aae98d6f a57a6d3c');

const HASH_LENGTH = 16;
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
/** Members of an entry. */
const Member = { CIPHERTEXT: 1, NONCE: 2, ORIGINAL_SIZE: 3 } as const;
/** More than any key has room for, compressed or not: what claims to be larger is not inflated. */
export const MAX_BLOB_LENGTH = 1 << 20;

/**
 * The entries of a serialized array, each as the bytes that it is: those of other programs, and those that are no entries
 * at all, are to be written back as they came.
 * @returns none for an array whose hash is wrong: writing was interrupted, and nothing can be told of it (§6.10.2)
 * @throws ResponseError for an array that is whole and no list: whoever wrote it means something else by it
 */
export function parseArray(bytes: Uint8Array): Uint8Array[] {
  const list = bytes.subarray(0, -HASH_LENGTH);
  if (bytes.length <= HASH_LENGTH || !equal(hashOf(list), bytes.subarray(-HASH_LENGTH))) return [];
  try {
    return listItems(list);
  } catch (error) {
    if (error instanceof CborError) throw new ResponseError('largeBlobArray', error.message, { cause: error });
    throw error;
  }
}

export function serializeArray(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const list = concat(listHead(entries.length), ...entries);
  return concat(list, hashOf(list));
}

/** A new entry for `data`, sealed with `key`: AES-256-GCM over what DEFLATE leaves of it. */
export function sealBlob(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(data.length));
  const sealed = concat(cipher.update(deflateRawSync(data)), cipher.final(), cipher.getAuthTag());
  return encode(numbered(sealed, Uint8Array.from(nonce), data.length));
}

/** An entry of the form that the specification gives, which a key may open. */
interface Entry {
  readonly ciphertext: Uint8Array;
  readonly nonce: Uint8Array;
  readonly originalSize: number;
}

/** Whether an entry has the form of §6.10.3, so that keys can tell whose it is. */
export function isBlobEntry(entry: Uint8Array): boolean {
  return entryOf(entry) !== undefined;
}

/** Whether `key` opens the entry, which makes it that credential's. */
export function opensWith(key: Uint8Array, entry: Uint8Array): boolean {
  const opened = open(key, entry);
  opened?.compressed.fill(0);
  return opened !== undefined;
}

/**
 * What was sealed in an entry.
 * @returns undefined when `key` is not the one, or what is inside is not of the size that it says
 */
export function openBlob(key: Uint8Array, entry: Uint8Array): Uint8Array | undefined {
  const opened = open(key, entry);
  return opened && inflate(opened.compressed, opened.originalSize);
}

function open(key: Uint8Array, bytes: Uint8Array): { compressed: Uint8Array; originalSize: number } | undefined {
  const entry = entryOf(bytes);
  if (!entry || key.length !== KEY_LENGTH) return undefined;
  const { ciphertext, nonce, originalSize } = entry;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(associatedData(originalSize))
    .setAuthTag(ciphertext.subarray(-TAG_LENGTH));
  const compressed = decipher.update(ciphertext.subarray(0, -TAG_LENGTH));
  try {
    decipher.final();
    return { compressed, originalSize };
  } catch {
    compressed.fill(0);
    return undefined; // the tag does not fit: another credential's
  }
}

function entryOf(bytes: Uint8Array): Entry | undefined {
  const map = mapOf(bytes);
  const ciphertext = map?.get(Member.CIPHERTEXT);
  const nonce = map?.get(Member.NONCE);
  const originalSize = map?.get(Member.ORIGINAL_SIZE);
  if (ciphertext === undefined || nonce === undefined || originalSize === undefined) return undefined;
  const isOne = isBytes(ciphertext) && isBytes(nonce) && isCount(originalSize);
  if (!isOne || ciphertext.length < TAG_LENGTH || nonce.length !== NONCE_LENGTH) return undefined;
  return { ciphertext, nonce, originalSize };
}

function mapOf(bytes: Uint8Array): CborMap | undefined {
  try {
    const value = decode(bytes);
    return isMap(value) ? value : undefined;
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
}

/** A few bytes can inflate to gigabytes: more than `size`, which was authenticated, is never made. */
function inflate(compressed: Uint8Array, size: number): Uint8Array | undefined {
  if (size > MAX_BLOB_LENGTH) return undefined;
  try {
    const data = inflateRawSync(compressed, { maxOutputLength: Math.max(1, size) });
    return data.length === size ? Uint8Array.from(data) : undefined;
  } catch (error) {
    // zlib's errors are Errors with a code: no DEFLATE stream, a cut one, or one that goes on beyond its size.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  } finally {
    compressed.fill(0);
  }
}

function associatedData(originalSize: number): Uint8Array {
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(originalSize), true);
  return concat(utf8('blob'), size);
}

/** The head of a list, in its shortest form. */
function listHead(count: number): Uint8Array {
  if (count < 24) return Uint8Array.of(0x80 | count);
  return count < 256 ? Uint8Array.of(0x98, count) : Uint8Array.of(0x99, count >> 8, count & 0xff);
}

function hashOf(list: Uint8Array): Uint8Array {
  return sha256(list).subarray(0, HASH_LENGTH);
}
