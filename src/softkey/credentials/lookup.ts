import { equal, utf8 } from '../../ctap/codec/bytes.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import type { KeyState, Protection, StoredCredential, User } from '../store/key-state.js';
import { openKeyHandle } from './key-handle.js';
import { SigningKey } from './signing-key.js';

/** A credential of this key, wherever its private key is kept. */
export interface Credential {
  readonly id: Uint8Array;
  readonly protection: Protection;
  /** Whom it belongs to, for discoverable credentials. */
  readonly user: User | undefined;
  readonly credBlob?: Uint8Array | undefined;
  readonly largeBlobKey?: Uint8Array | undefined;
  readonly thirdPartyPayment?: boolean | undefined;
  readonly signingKey: () => SigningKey;
}

/** The discoverable credentials of a relying party, the newest first. */
export function discoverableCredentials(state: KeyState, rpId: string): Credential[] {
  return state.credentials
    .filter((stored) => stored.discoverable && stored.rpId === rpId)
    .map(fromStored)
    .reverse();
}

/** The credential with that ID, if it is one of this key and of that relying party. */
export function findCredential(state: KeyState, rpId: string, id: Uint8Array): Credential | undefined {
  return findCredentialByHash(state, sha256(utf8(rpId)), id);
}

/** The same for platforms that name the relying party by the SHA-256 of its ID only: those of U2F. */
export function findCredentialByHash(state: KeyState, rpIdHash: Uint8Array, id: Uint8Array): Credential | undefined {
  const stored = state.credentials.find((candidate) => equal(candidate.id, id));
  if (stored) return equal(sha256(utf8(stored.rpId)), rpIdHash) ? fromStored(stored) : undefined;
  const handle = openKeyHandle(state.masterSecret, rpIdHash, id);
  return handle && { id, protection: handle.protection, user: undefined, signingKey: () => handle.key };
}

function fromStored(stored: StoredCredential): Credential {
  return {
    id: stored.id,
    protection: stored.protection,
    user: stored.discoverable ? stored.user : undefined,
    credBlob: stored.credBlob,
    largeBlobKey: stored.largeBlobKey,
    thirdPartyPayment: stored.thirdPartyPayment,
    signingKey: () => SigningKey.load(stored.algorithm, stored.secret),
  };
}
