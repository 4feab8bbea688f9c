import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { concat, utf8 } from '../../ctap/codec/bytes.js';
import { Protection } from '../store/key-state.js';
import { SigningKey } from './signing-key.js';

/** What a credential ID holds when the key itself keeps nothing: a key handle. */
export interface HandleContent {
  readonly key: SigningKey;
  readonly protection: Protection;
}

const IV_LENGTH = 12;
const TAG_LENGTH = 16;
/** The content before the secret: the algorithm, two bytes as a signed number, and the protection level. */
const HEAD_LENGTH = 3;

/**
 * A credential ID that carries its private key, encrypted with AES-256-GCM: IV, ciphertext, tag. The hash of
 * the RP ID is authenticated with it, so that a handle opens for the relying party it was made for and for no other.
 */
export function sealKeyHandle(
  masterSecret: Uint8Array,
  rpIdHash: Uint8Array,
  { key, protection }: HandleContent,
): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV_LENGTH);
  const head = new Uint8Array(HEAD_LENGTH);
  new DataView(head.buffer).setInt16(0, key.algorithm);
  head[2] = protection;
  const cipher = createCipheriv('aes-256-gcm', handleKey(masterSecret), iv).setAAD(rpIdHash);
  const sealed = concat(cipher.update(concat(head, key.secret)), cipher.final());
  return concat(iv, sealed, cipher.getAuthTag());
}

/** What a handle holds; undefined for one of another key, another relying party, or from before a reset. */
export function openKeyHandle(
  masterSecret: Uint8Array,
  rpIdHash: Uint8Array,
  id: Uint8Array,
): HandleContent | undefined {
  if (id.length <= IV_LENGTH + HEAD_LENGTH + TAG_LENGTH) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', handleKey(masterSecret), id.subarray(0, IV_LENGTH))
    .setAAD(rpIdHash)
    .setAuthTag(id.subarray(-TAG_LENGTH));
  const sealed = id.subarray(IV_LENGTH, -TAG_LENGTH);
  let content: Uint8Array;
  try {
    content = concat(decipher.update(sealed), decipher.final());
  } catch {
    return undefined; // the tag does not fit: not ours
  }
  const algorithm = new DataView(content.buffer).getInt16(0);
  const protection = Object.values(Protection).find((level) => level === content[2]);
  if (protection === undefined) return undefined;
  return { key: SigningKey.load(algorithm, content.slice(HEAD_LENGTH)), protection };
}

function handleKey(masterSecret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterSecret, new Uint8Array(), utf8('keydesk key handle'), 32));
}
