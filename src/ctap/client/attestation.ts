import type { AttestedCredential } from '../codec/authenticator-data.js';
import type { CborKey, CborMap, CborValue } from '../codec/cbor.js';
import type { MakeCredentialResult } from '../make-credential.js';

/**
 * The attestation object that the relying party gets (WebAuthn Level 3 §5.1.3 step 22, §6.5.4): with the conveyance
 * "none" no statement, except a self attestation of a key without a model, which tells nothing either. The AAGUID stays.
 */
export function conveyed(
  { fmt, attStmt, authData }: MakeCredentialResult,
  { aaguid }: AttestedCredential,
  conveyance: string,
): CborMap {
  const isAskedFor = ['direct', 'indirect', 'enterprise'].includes(conveyance);
  const isAnonymousSelf = fmt === 'packed' && !attStmt.has('x5c') && aaguid.every((byte) => byte === 0);
  const keeps = isAskedFor || isAnonymousSelf;
  return new Map<CborKey, CborValue>([
    ['fmt', keeps ? fmt : 'none'],
    ['attStmt', keeps ? attStmt : new Map()],
    ['authData', authData],
  ]);
}
