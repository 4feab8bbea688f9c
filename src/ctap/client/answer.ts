import { createHash } from 'node:crypto';

import { type AuthenticatorData, AuthenticatorFlag, decodeAuthenticatorData } from '../codec/authenticator-data.js';
import { equal, utf8 } from '../codec/bytes.js';
import { CborError } from '../codec/cbor-errors.js';
import { ClientError } from './errors.js';

export interface Expected {
  readonly rpId: string;
  /** Whether the person was to be verified. */
  readonly verified: boolean;
}

/**
 * Takes the authenticator data of an answer apart and holds it against what was asked: a key, or whoever sits between,
 * may answer anything. Extension outputs are refused as long as none are asked for.
 * @throws ClientError `bad-answer`
 */
export function checkAuthenticatorData(bytes: Uint8Array, { rpId, verified }: Expected): AuthenticatorData {
  const data = decoded(bytes);
  if (!equal(data.rpIdHash, createHash('sha256').update(utf8(rpId)).digest()))
    throw badAnswer('is for another relying party');
  if (!(data.flags & AuthenticatorFlag.UP)) throw badAnswer('lacks the touch');
  if (verified && !(data.flags & AuthenticatorFlag.UV)) throw badAnswer('lacks the user verification');
  if (data.extensions) throw badAnswer('has extension outputs that nobody asked for');
  return data;
}

export function badAnswer(problem: string, cause?: unknown): ClientError {
  return new ClientError('bad-answer', `The key's answer ${problem}`, { cause });
}

function decoded(bytes: Uint8Array): AuthenticatorData {
  try {
    return decodeAuthenticatorData(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof CborError)
      throw badAnswer('holds no authenticator data', error);
    throw error;
  }
}
