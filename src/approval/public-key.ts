import type { KeyObject } from 'node:crypto';

import { fromBase64url } from '../ctap/codec/bytes.js';
import { type CborMap, decode } from '../ctap/codec/cbor.js';
import { CborError } from '../ctap/codec/cbor-errors.js';
import { CoseLabel, publicKeyOf } from '../ctap/codec/cose.js';
import { FailureError } from '../failures/failure-error.js';

/** What verifies the signatures of one passkey. */
export interface PublicKey {
  readonly key: KeyObject;
  /** As COSE numbers it; whatever the key says. */
  readonly algorithm: unknown;
}

/**
 * Reads a passkey's public key as it was captured when it was enrolled: a COSE_Key (RFC 9052 §7), base64url.
 * @throws FailureError `approval/no-key`
 */
export function readPublicKey(text: string): PublicKey {
  let cose: CborMap;
  let key: KeyObject | undefined;
  try {
    const value = decode(fromBase64url(text));
    if (!(value instanceof Map)) throw new RangeError('it is no CBOR map');
    cose = value;
    key = publicKeyOf(cose);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof CborError)) throw error;
    throw new FailureError({ code: 'approval/no-key', detail: error.message }, { cause: error });
  }
  if (!key) throw new FailureError({ code: 'approval/no-key', detail: 'its type or curve is not known' });
  return { key, algorithm: cose.get(CoseLabel.ALG) };
}
