import { type CborKey, type CborMap, type CborValue } from './codec/cbor.js';
import { isBytes, isText, optional, required } from './members.js';

/** What CTAP and WebAuthn call a PublicKeyCredentialDescriptor: which credential is meant. */
export interface CredentialDescriptor {
  readonly id: Uint8Array;
  readonly type: string;
}

/** The account that a credential is for. Authenticators may cut the names, and give them only after user verification. */
export interface UserEntity {
  /** The user handle, 1 to 64 bytes. */
  readonly id: Uint8Array;
  readonly name?: string | undefined;
  readonly displayName?: string | undefined;
}

export interface RelyingParty {
  readonly id: string;
  readonly name?: string | undefined;
}

export function encodeDescriptor({ id, type }: CredentialDescriptor): CborMap {
  return new Map<CborKey, CborValue>([['id', id], ['type', type]]); // prettier-ignore
}

/** Throws a ResponseError when the map describes no credential. */
export function decodeDescriptor(map: CborMap): CredentialDescriptor {
  return {
    id: required(map, 'id', 'credential.id', isBytes),
    type: optional(map, 'type', 'credential.type', isText) ?? 'public-key',
  };
}

export function encodeUser({ id, name, displayName }: UserEntity): CborMap {
  return present({ id, name, displayName });
}

export function decodeUser(map: CborMap): UserEntity {
  return {
    id: required(map, 'id', 'user.id', isBytes),
    name: optional(map, 'name', 'user.name', isText),
    displayName: optional(map, 'displayName', 'user.displayName', isText),
  };
}

export function encodeRelyingParty({ id, name }: RelyingParty): CborMap {
  return present({ id, name });
}

/** A map of text keys, without the members that are undefined. */
export function present(members: Readonly<Record<string, CborValue | undefined>>): CborMap {
  return new Map(Object.entries(members).filter((entry): entry is [string, CborValue] => entry[1] !== undefined));
}
