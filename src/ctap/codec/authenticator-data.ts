import { concat } from './bytes.js';
import { type CborMap, decode, decodeFirst, encode } from './cbor.js';

/** Flags of authenticator data (WebAuthn Level 3 §6.1). */
export const AuthenticatorFlag = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40, ED: 0x80 } as const;

/** The credential that a registration made (WebAuthn Level 3 §6.5.1). */
export interface AttestedCredential {
  /** 16 bytes that name the model. */
  readonly aaguid: Uint8Array;
  readonly id: Uint8Array;
  /** COSE_Key, decoded and as it came: its bytes are what relying parties store. */
  readonly publicKey: CborMap;
  readonly publicKeyBytes: Uint8Array;
}

export interface AuthenticatorData {
  /** SHA-256 of the RP ID, 32 bytes. */
  readonly rpIdHash: Uint8Array;
  /** Bits of `AuthenticatorFlag`; AT and ED say whether the two members below are there. */
  readonly flags: number;
  readonly signCount: number;
  readonly attestedCredential?: AttestedCredential;
  readonly extensions?: CborMap;
}

const FIXED_LENGTH = 37;

/**
 * Takes authenticator data apart (WebAuthn Level 3 §6.1).
 * @throws RangeError when the bytes are no authenticator data; CborError for the CBOR inside
 */
export function decodeAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < FIXED_LENGTH)
    throw new RangeError(`Authenticator data of ${bytes.length} bytes; ${FIXED_LENGTH} is the least`);
  const flags = bytes[32] ?? 0;
  const signCount = new DataView(bytes.buffer, bytes.byteOffset).getUint32(33);
  let offset = FIXED_LENGTH;
  let attestedCredential: AttestedCredential | undefined;
  if (flags & AuthenticatorFlag.AT) ({ attestedCredential, end: offset } = decodeAttestedCredential(bytes, offset));
  let extensions: CborMap | undefined;
  if (flags & AuthenticatorFlag.ED) {
    extensions = asMap(decode(bytes.subarray(offset)), 'Extension outputs');
    offset = bytes.length;
  }
  if (offset !== bytes.length) throw new RangeError(`${bytes.length - offset} bytes after the authenticator data`);
  return {
    rpIdHash: bytes.slice(0, 32),
    flags,
    signCount,
    ...(attestedCredential && { attestedCredential }),
    ...(extensions && { extensions }),
  };
}

function decodeAttestedCredential(
  bytes: Uint8Array,
  start: number,
): { attestedCredential: AttestedCredential; end: number } {
  const idAt = start + 18;
  if (bytes.length < idAt) throw new RangeError('Authenticator data ends within the attested credential');
  const idLength = new DataView(bytes.buffer, bytes.byteOffset).getUint16(start + 16);
  const keyAt = idAt + idLength;
  if (bytes.length <= keyAt) throw new RangeError('Authenticator data ends within the credential ID');
  const { value, end: keyLength } = decodeFirst(bytes.subarray(keyAt));
  const end = keyAt + keyLength;
  return {
    attestedCredential: {
      aaguid: bytes.slice(start, start + 16),
      id: bytes.slice(idAt, keyAt),
      publicKey: asMap(value, 'The credential public key'),
      publicKeyBytes: bytes.slice(keyAt, end),
    },
    end,
  };
}

/** Puts authenticator data together; the AT and ED flags follow from what is there. */
export function encodeAuthenticatorData({
  rpIdHash,
  flags,
  signCount,
  attestedCredential,
  extensions,
}: AuthenticatorData): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(5);
  const present = (attestedCredential ? AuthenticatorFlag.AT : 0) | (extensions ? AuthenticatorFlag.ED : 0);
  head[0] = (flags & ~(AuthenticatorFlag.AT | AuthenticatorFlag.ED)) | present;
  new DataView(head.buffer).setUint32(1, signCount);
  const credential = attestedCredential ? encodeAttestedCredential(attestedCredential) : new Uint8Array();
  return concat(rpIdHash, head, credential, extensions ? encode(extensions) : new Uint8Array());
}

function encodeAttestedCredential({ aaguid, id, publicKeyBytes }: AttestedCredential): Uint8Array {
  const length = new Uint8Array(2);
  new DataView(length.buffer).setUint16(0, id.length);
  return concat(aaguid, length, id, publicKeyBytes);
}

function asMap(value: unknown, what: string): CborMap {
  if (!(value instanceof Map)) throw new RangeError(`${what} is no CBOR map`);
  return value as CborMap;
}
