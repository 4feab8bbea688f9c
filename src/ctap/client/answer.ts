import { type AuthenticatorData, AuthenticatorFlag, decodeAuthenticatorData } from '../codec/authenticator-data.js';
import { equal, utf8 } from '../codec/bytes.js';
import type { CborKey, CborMap } from '../codec/cbor.js';
import { CborError } from '../codec/cbor-errors.js';
import { sha256 } from '../codec/sha256.js';
import { ClientError } from './errors.js';

export interface Expected {
  readonly rpId: string;
  /** Whether the person was to be verified. */
  readonly verified: boolean;
  /** The extension inputs of the request: outputs of others are refused. */
  readonly extensions?: CborMap | undefined;
}

/**
 * Takes the authenticator data of an answer apart and holds it against what was asked: a key, or whoever sits between,
 * may answer anything. Extension outputs that nobody asked for are refused, but for credProtect's: a key that protects
 * every credential says so unasked (CTAP 2.2 §12.1).
 * @throws ClientError `bad-answer`
 */
export function checkAuthenticatorData(bytes: Uint8Array, { rpId, verified, extensions }: Expected): AuthenticatorData {
  const data = decoded(bytes);
  if (!equal(data.rpIdHash, sha256(utf8(rpId)))) throw badAnswer('is for another relying party');
  if (!(data.flags & AuthenticatorFlag.UP)) throw badAnswer('lacks the touch');
  if (verified && !(data.flags & AuthenticatorFlag.UV)) throw badAnswer('lacks the user verification');
  const isExpected = (name: CborKey) => extensions?.has(name) === true || (name === 'credProtect' && isCreation(data));
  if (data.extensions && ![...data.extensions.keys()].every(isExpected))
    throw badAnswer('has extension outputs that nobody asked for');
  return data;
}

/** A large-blob key that nobody asked for, or that is none, is refused like an unasked output. */
export function checkLargeBlobKey(
  { largeBlobKey }: { readonly largeBlobKey: Uint8Array | undefined },
  { extensions }: { readonly extensions?: CborMap | undefined },
): void {
  if (!largeBlobKey) return;
  if (!extensions?.has('largeBlobKey')) throw badAnswer('has a large-blob key that nobody asked for');
  if (largeBlobKey.length !== 32) throw badAnswer(`has a large-blob key of ${largeBlobKey.length} bytes`);
}

export function badAnswer(problem: string, cause?: unknown): ClientError {
  return new ClientError('bad-answer', `The key's answer ${problem}`, { cause });
}

function isCreation({ attestedCredential }: AuthenticatorData): boolean {
  return attestedCredential !== undefined;
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
