import { type KeyObject, verify } from 'node:crypto';

import { CoseAlgorithm } from './cose.js';

/** How each algorithm hashes (RFC 9053 §2, RFC 8812 §2), and the type of key that it is for. EdDSA hashes by itself. */
const SIGNATURES = new Map<unknown, { readonly hash: string | null; readonly keyType: string }>([
  [CoseAlgorithm.ES256, { hash: 'sha256', keyType: 'ec' }],
  [CoseAlgorithm.ES384, { hash: 'sha384', keyType: 'ec' }],
  [CoseAlgorithm.ES512, { hash: 'sha512', keyType: 'ec' }],
  [CoseAlgorithm.RS256, { hash: 'sha256', keyType: 'rsa' }],
  [CoseAlgorithm.EDDSA, { hash: null, keyType: 'ed25519' }],
]);

/** What there is to say of a signature. */
export type SignatureFinding = 'right' | 'wrong' | 'unknown-algorithm' | 'unfit-key';

export interface Signature {
  /** As COSE numbers them; whatever came from outside. */
  readonly algorithm: unknown;
  readonly signed: Uint8Array;
  readonly key: KeyObject;
  readonly signature: Uint8Array;
}

/** Verifies a signature of a FIDO key, in the form that WebAuthn gives it (Level 3 §6.5.5): ECDSA's as DER. */
export function checkSignature({ algorithm, signed, key, signature }: Signature): SignatureFinding {
  const known = SIGNATURES.get(algorithm);
  if (!known) return 'unknown-algorithm';
  if (key.asymmetricKeyType !== known.keyType) return 'unfit-key';
  return verify(known.hash, signed, key, signature) ? 'right' : 'wrong';
}
