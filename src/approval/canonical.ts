import canonicalize from 'canonicalize';

import { utf8 } from '../ctap/codec/bytes.js';
import { sha256 } from '../ctap/codec/sha256.js';
import { type ApprovalRequest, readRequest } from './request.js';

/**
 * The bytes that stand for a request: the JSON Canonicalization Scheme (RFC 8785), in UTF-8. The same for any order of members
 * and any white space, and others for every other request.
 * @throws FailureError as `readRequest`: what cannot be shown cannot be signed
 */
export function canonicalRequest(request: ApprovalRequest): Uint8Array<ArrayBuffer> {
  const text = canonicalize(readRequest(request));
  if (text === undefined) throw new TypeError('A request that was read has no canonical form');
  return utf8(text);
}

/** The WebAuthn challenge that stands for a request: SHA-256 of its canonical bytes, 32 bytes. */
export function challengeOf(request: ApprovalRequest): Uint8Array<ArrayBuffer> {
  return sha256(canonicalRequest(request));
}
