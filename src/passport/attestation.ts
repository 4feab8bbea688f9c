import type { KeyObject } from 'node:crypto';

import type { MadeCredential } from '../ctap/client/ceremony-context.js';
import { type AttestedCredential, decodeAuthenticatorData } from '../ctap/codec/authenticator-data.js';
import { concat, equal, toHex } from '../ctap/codec/bytes.js';
import type { CborValue } from '../ctap/codec/cbor.js';
import { CoseAlgorithm, CoseCurve, CoseLabel, publicKeyOf } from '../ctap/codec/cose.js';
import { checkSignature, type SignatureFinding } from '../ctap/codec/cose-signature.js';
import { aaguidText } from './aaguid.js';
import { type Certificate, readCertificate } from './certificate.js';
import { ChainError, followChain } from './certificate-chain.js';
import { contentOf, elementsOf, Tag } from './der.js';
import type { Metadata, MetadataEntry } from './metadata.js';

/** What an attestation proves. */
export interface AttestationFindings {
  /** `none`: nothing was attested; `self`: the credential vouches for itself; `basic`: a key of the maker does; `unknown`: a format that we do not know. */
  readonly kind: 'none' | 'self' | 'basic' | 'unknown';
  readonly format: string;
  /** The model that the new credential names. */
  readonly aaguid: string;
  /** Whether it leads to a root that the metadata names for this model: only then is the AAGUID proved. */
  readonly isProved: boolean;
}

/** The attestation is wrong: the key is not what it says, or somebody has changed its answer. */
export class AttestationError extends Error {
  override readonly name = 'AttestationError';
}

export interface AttestationSources {
  readonly metadata?: Metadata | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Verifies how a new credential is attested: `packed` (WebAuthn Level 3 §8.2), `fido-u2f` (§8.6) and `none` (§8.7), the formats of security keys.
 * Where the metadata knows the model, certificates must lead to one of its roots; where it does not, they only have to be in order,
 * and prove nothing.
 * @throws AttestationError
 */
export function verifyAttestation(made: MadeCredential, sources: AttestationSources): AttestationFindings {
  try {
    return verifyStatement(made, sources);
  } catch (error) {
    if (error instanceof AttestationError) throw error;
    // Our own readers throw RangeErrors for bytes that are not what they should be; node:crypto throws plain ones for keys.
    if (error instanceof Error) throw new AttestationError(`It cannot be read: ${error.message}`, { cause: error });
    throw error;
  }
}

function verifyStatement(made: MadeCredential, sources: AttestationSources): AttestationFindings {
  const { fmt: format, attStmt } = made;
  const { attestedCredential: credential } = decodeAuthenticatorData(made.authData);
  if (!credential) throw new AttestationError('There is no credential');
  const base = { format, aaguid: aaguidText(credential.aaguid) };
  switch (format) {
    case 'none':
      if (attStmt.size > 0) throw new AttestationError('The format is "none", and there is a statement');
      return { ...base, kind: 'none', isProved: false };
    case 'packed':
      if (!attStmt.has('x5c')) {
        verifySelf(made, credential);
        return { ...base, kind: 'self', isProved: false };
      }
      return { ...base, kind: 'basic', isProved: verifyPacked(made, credential, sources) };
    case 'fido-u2f':
      return { ...base, kind: 'basic', isProved: verifyU2f(made, credential, sources) };
    default:
      return { ...base, kind: 'unknown', isProved: false };
  }
}

/** §8.2, self attestation: by the credential's own key, of the same algorithm. */
function verifySelf({ attStmt, authData, clientDataHash }: MadeCredential, { publicKey }: AttestedCredential): void {
  const algorithm = attStmt.get('alg');
  if (algorithm !== publicKey.get(CoseLabel.ALG))
    throw new AttestationError('It is of another algorithm than the credential');
  const key = publicKeyOf(publicKey);
  if (!key) throw new AttestationError('The credential has a public key that we do not know');
  requireSignature(algorithm, concat(authData, clientDataHash), key, attStmt.get('sig'));
}

/** §8.2, with certificates. */
function verifyPacked(made: MadeCredential, credential: AttestedCredential, sources: AttestationSources): boolean {
  const { attStmt, authData, clientDataHash } = made;
  const chain = certificatesOf(attStmt.get('x5c'));
  const leaf = readCertificate(chain[0] ?? new Uint8Array());
  requireSignature(attStmt.get('alg'), concat(authData, clientDataHash), leaf.x509.publicKey, attStmt.get('sig'));
  requirePackedCertificate(leaf, credential.aaguid);
  return leadsToModel(chain, credential.aaguid, sources);
}

/** Object identifiers of a subject's attributes (X.520), and of the extension that names the model (§8.2.1). */
const Attribute = { COMMON_NAME: '2.5.4.3', COUNTRY: '2.5.4.6', ORGANISATION: '2.5.4.10', UNIT: '2.5.4.11' } as const;
const FIDO_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const ATTESTATION_UNIT = 'Authenticator Attestation';

/** What a certificate of a packed attestation must be like (§8.2.1). */
function requirePackedCertificate({ version, subject, x509, extensions }: Certificate, aaguid: Uint8Array): void {
  if (version !== 3) throw new AttestationError(`The certificate is of version ${version}`);
  if (x509.ca) throw new AttestationError('The certificate is an authority’s');
  if (subject.get(Attribute.UNIT) !== ATTESTATION_UNIT)
    throw new AttestationError(`The certificate is not for attestation: ${subject.get(Attribute.UNIT) ?? 'no unit'}`);
  for (const attribute of [Attribute.COUNTRY, Attribute.ORGANISATION, Attribute.COMMON_NAME])
    if (!subject.get(attribute)) throw new AttestationError(`The certificate's subject lacks ${attribute}`);
  const named = extensions.get(FIDO_AAGUID);
  if (!named) return; // only makers of several models must name it
  if (named.critical) throw new AttestationError('The certificate names its model as critical');
  const value = contentOf(elementsOf(named.value)[0], Tag.OCTET_STRING);
  if (!equal(value, aaguid)) throw new AttestationError(`The certificate is of another model: ${toHex(value)}`);
}

/** The first byte of what U2F signs, and of a public key in its plain form (§8.6, FIDO U2F Raw Message Formats §4.3). */
const U2F_RESERVED = Uint8Array.of(0x00);
const UNCOMPRESSED = Uint8Array.of(0x04);

/** §8.6. */
function verifyU2f(made: MadeCredential, credential: AttestedCredential, sources: AttestationSources): boolean {
  const { attStmt, authData, clientDataHash } = made;
  const chain = certificatesOf(attStmt.get('x5c'));
  if (chain.length !== 1) throw new AttestationError(`A U2F attestation with ${chain.length} certificates`);
  const { x509 } = readCertificate(chain[0] ?? new Uint8Array());
  if (x509.publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new AttestationError('The certificate has no key on P-256');
  const { publicKey, id, aaguid } = credential;
  const [x, y] = [publicKey.get(CoseLabel.X), publicKey.get(CoseLabel.Y)];
  if (publicKey.get(CoseLabel.CRV) !== CoseCurve.P256 || !(x instanceof Uint8Array) || !(y instanceof Uint8Array))
    throw new AttestationError('The credential has no key on P-256');
  const rpIdHash = authData.subarray(0, 32);
  const signed = concat(U2F_RESERVED, rpIdHash, clientDataHash, id, UNCOMPRESSED, x, y);
  requireSignature(CoseAlgorithm.ES256, signed, x509.publicKey, attStmt.get('sig'));
  return leadsToModel(chain, aaguid, sources);
}

function leadsToModel(
  chain: readonly Uint8Array[],
  aaguid: Uint8Array,
  { metadata, now }: AttestationSources,
): boolean {
  const entry = metadata?.entries.get(aaguidText(aaguid));
  if (!entry) return false;
  if (lostCertificates(entry).some((lost) => chain.some((certificate) => equal(lost, certificate))))
    throw new AttestationError('It is signed by a key of the maker that was lost');
  try {
    followChain(chain, rootsOf(entry), now);
    return true;
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    throw new AttestationError(`Its certificates do not lead to the maker's: ${error.message}`, { cause: error });
  }
}

function rootsOf({ metadataStatement }: MetadataEntry): Uint8Array[] {
  return (metadataStatement?.attestationRootCertificates ?? []).map(fromBase64);
}

/** Certificates of attestation keys that others have got hold of. */
function lostCertificates({ statusReports }: MetadataEntry): Uint8Array[] {
  return statusReports.flatMap(({ status, certificate }) =>
    status === 'ATTESTATION_KEY_COMPROMISE' && certificate ? [fromBase64(certificate)] : [],
  );
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64')); // the standard alphabet, often with line breaks
}

function certificatesOf(x5c: CborValue | undefined): Uint8Array[] {
  if (!Array.isArray(x5c) || x5c.length === 0) throw new AttestationError('There are no certificates');
  return x5c.map((certificate: CborValue) => {
    if (certificate instanceof Uint8Array) return certificate;
    throw new AttestationError('One of the certificates is none');
  });
}

const WRONG: Record<Exclude<SignatureFinding, 'right'>, string> = {
  wrong: 'Its signature is wrong',
  'unknown-algorithm': 'It is signed by an algorithm that we do not know',
  'unfit-key': 'Its key is not one for its algorithm',
};

function requireSignature(
  algorithm: CborValue | undefined,
  signed: Uint8Array,
  key: KeyObject,
  signature: CborValue | undefined,
): void {
  if (!(signature instanceof Uint8Array)) throw new AttestationError(WRONG.wrong);
  const finding = checkSignature({ algorithm, signed, key, signature });
  if (finding !== 'right') throw new AttestationError(WRONG[finding]);
}
