import { createDecipheriv, hkdfSync } from 'node:crypto';

import { equal, utf8 } from './codec/bytes.js';
import { Permission } from './commands.js';
import type { DeviceInfo } from './get-info.js';
import type { PinUvAuthToken } from './pin/token.js';

/** The members of getInfo that are encrypted under the persistent token (CTAP 2.3 §6.4), by the name that goes into the key. */
export const SealedMember = { IDENTIFIER: 'encIdentifier', CRED_STORE_STATE: 'encCredStoreState' } as const;
export type SealedMember = (typeof SealedMember)[keyof typeof SealedMember];

const BLOCK = 16;
const SALT = new Uint8Array(32);

/** The key of one such member, 16 bytes: HKDF-SHA256 of the token. */
export function sealedMemberKey(token: Uint8Array, member: SealedMember): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', token, SALT, utf8(member), BLOCK));
}

/** Whether this key gives a token that only lists credentials, and stays good until PIN change or reset (option perCredMgmtRO). */
export function offersPersistentToken({ options }: DeviceInfo): boolean {
  return options.get('perCredMgmtRO') === true && options.get('pinUvAuthToken') === true;
}

/** What the token has to be asked for with: this permission and no other. */
export const PERSISTENT_TOKEN = { permissions: Permission.PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY } as const;

/** What a holder of the persistent token can tell about a key from getInfo alone: no PIN, no touch, nothing written. */
export interface KeyMark {
  /** 16 bytes that name this very key, until it is reset; undefined where the key gives none. */
  readonly identifier: Uint8Array | undefined;
  /** 16 bytes that are others after every change of the credentials on the key. */
  readonly credStoreState: Uint8Array | undefined;
}

/** Whether this key can be told from all others by a mark: without one, nobody knows for which key a token is. */
export function canBeRecognised(info: DeviceInfo): boolean {
  return offersPersistentToken(info) && info.encIdentifier !== undefined;
}

/** Decrypts them. With another key's token, or one from before a PIN change, the result is noise: compare it with what was known. */
export function keyMark(info: DeviceInfo, { bytes }: Pick<PinUvAuthToken, 'bytes'>): KeyMark {
  return {
    identifier: open(info.encIdentifier, SealedMember.IDENTIFIER, bytes),
    credStoreState: open(info.encCredStoreState, SealedMember.CRED_STORE_STATE, bytes),
  };
}

/** How a key stands to what was known of one. */
export type Recognition =
  | 'same' // this key, and its credentials are as they were
  | 'changed' // this key, and somebody has made, changed or removed credentials
  | 'another'; // another key, or this one after a reset or a PIN change: the token is worthless here

/** Holds two marks against each other. A key that gives no identifier is never taken for a known one. */
export function recognise(known: KeyMark, now: KeyMark): Recognition {
  if (!known.identifier || !now.identifier || !equal(known.identifier, now.identifier)) return 'another';
  const isUnchanged = known.credStoreState && now.credStoreState && equal(known.credStoreState, now.credStoreState);
  return isUnchanged ? 'same' : 'changed';
}

/** An initialisation vector and whole blocks. What cannot be that is as good as absent: nobody could read it. */
function open(sealed: Uint8Array | undefined, member: SealedMember, token: Uint8Array): Uint8Array | undefined {
  if (!sealed || sealed.length <= BLOCK || sealed.length % BLOCK !== 0) return undefined;
  const key = sealedMemberKey(token, member);
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, sealed.subarray(0, BLOCK)).setAutoPadding(false);
    return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(BLOCK)), decipher.final()]));
  } finally {
    key.fill(0);
  }
}
