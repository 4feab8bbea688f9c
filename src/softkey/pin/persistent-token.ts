import { createCipheriv, createHmac, randomBytes } from 'node:crypto';

import { concat } from '../../ctap/codec/bytes.js';
import type { CborKey, CborValue } from '../../ctap/codec/cbor.js';
import { InfoKey as Member } from '../../ctap/get-info.js';
import { sealedMemberKey, SealedMember } from '../../ctap/persistent-token.js';
import { derived, type KeyState } from '../store/key-state.js';

const BLOCK = 16;

/**
 * The members of getInfo that only a holder of the persistent token can read (CTAP 2.3 §6.4): which key this is, until a
 * reset; and a value that is another one after every change of the credentials.
 */
export function sealedMembers({ masterSecret, credentialChanges, persistentToken }: KeyState): [CborKey, CborValue][] {
  const identifier = derived(masterSecret, 'keydesk device identifier', BLOCK);
  const storeState = createHmac('sha256', masterSecret).update(`credentials ${credentialChanges}`).digest();
  return [
    [Member.ENC_IDENTIFIER, seal(SealedMember.IDENTIFIER, identifier, persistentToken)],
    [Member.ENC_CRED_STORE_STATE, seal(SealedMember.CRED_STORE_STATE, storeState.subarray(0, BLOCK), persistentToken)],
  ];
}

/** A fresh initialisation vector each time: those without the token cannot recognise the key by it. */
function seal(member: SealedMember, value: Uint8Array, token: Uint8Array): Uint8Array {
  const iv = randomBytes(BLOCK);
  const cipher = createCipheriv('aes-128-cbc', sealedMemberKey(token, member), iv).setAutoPadding(false);
  return concat(iv, cipher.update(value), cipher.final());
}
