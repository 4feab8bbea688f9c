import type { X509Certificate } from 'node:crypto';

import { type Certificate, readCertificate } from './certificate.js';

/** Why certificates do not lead to a root. */
export type ChainErrorCode =
  | 'malformed' // not certificates, too many, or not signed by each other
  | 'expired' // one of them is not valid at that time
  | 'wrong-root'; // they are in order, and lead to none of the roots

export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly code: ChainErrorCode;

  constructor(code: ChainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** More than any chain of FIDO's has. */
const MAX_LENGTH = 6;

/**
 * Follows certificates, the leaf first, to one of the roots (RFC 5280 §6, as far as FIDO's chains use it): each is signed by the next,
 * each but the leaf may sign certificates, and all are valid at `now`. A chain may end with the root itself, before it, or, as
 * attestation chains do, be a single certificate that is among the roots. Whether one was revoked is not asked: that would
 * need the network, and tell others which key is plugged in.
 * @param chain DER
 * @param roots DER; those that cannot be read or are not valid at `now` lead nowhere
 * @param now milliseconds since 1970
 * @returns the leaf
 * @throws ChainError
 */
export function followChain(chain: readonly Uint8Array[], roots: readonly Uint8Array[], now: number): Certificate {
  const certificates = readChain(chain);
  const [leaf] = certificates;
  if (!leaf) throw new ChainError('malformed', 'There are no certificates');
  certificates.forEach((certificate, index) => {
    const issuer = certificates[index + 1];
    if (issuer) requireIssuer(certificate.x509, issuer, index);
  });
  const anchors = roots.flatMap(readRoot);
  const reached = anchors.find((root) => leadsTo(certificates, root));
  if (!reached) throw new ChainError('wrong-root', 'The certificates lead to none of the roots');
  for (const { x509 } of [...certificates, reached]) {
    if (!isValidAt(x509, now))
      throw new ChainError('expired', `${nameOf(x509)} is valid from ${x509.validFrom} to ${x509.validTo}`);
  }
  return leaf;
}

function readChain(chain: readonly Uint8Array[]): Certificate[] {
  if (chain.length > MAX_LENGTH) throw new ChainError('malformed', `A chain of ${chain.length} certificates`);
  try {
    return chain.map(readCertificate);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ChainError('malformed', 'One of the certificates cannot be read', { cause: error });
  }
}

function readRoot(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function requireIssuer(subject: X509Certificate, issuer: Certificate, index: number): void {
  if (!isIssuedBy(subject, issuer, index))
    throw new ChainError('malformed', `${nameOf(subject)} was not issued by ${nameOf(issuer.x509)}`);
}

/** @param below how many authorities stand between the issuer and the leaf */
function isIssuedBy(subject: X509Certificate, issuer: Certificate, below: number): boolean {
  const { x509, pathLength } = issuer;
  if (!x509.ca || (pathLength !== undefined && below > pathLength)) return false;
  // checkIssued compares names and key usage; only verify looks at the signature.
  return subject.checkIssued(x509) && subject.verify(x509.publicKey);
}

function leadsTo(certificates: readonly Certificate[], root: Certificate): boolean {
  const last = certificates.at(-1);
  if (!last) return false;
  return last.x509.raw.equals(root.x509.raw) || isIssuedBy(last.x509, root, certificates.length - 1);
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}

function nameOf({ subject }: X509Certificate): string {
  return subject.replaceAll('\n', ', ');
}
