import { publicKeyOf } from '../../ctap/codec/cose.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import type { SigningKey } from '../credentials/signing-key.js';
import {
  bitString,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  setOf,
  TRUE,
  utcTime,
  utf8String,
} from './der.js';

/** Object identifiers: X.520 names, RFC 5280 extensions, RFC 5758 signatures, WebAuthn Level 3 §8.2. */
const Oid = {
  COMMON_NAME: '2.5.4.3',
  COUNTRY: '2.5.4.6',
  ORGANISATION: '2.5.4.10',
  ORGANISATIONAL_UNIT: '2.5.4.11',
  SUBJECT_KEY_IDENTIFIER: '2.5.29.14',
  KEY_USAGE: '2.5.29.15',
  BASIC_CONSTRAINTS: '2.5.29.19',
  AUTHORITY_KEY_IDENTIFIER: '2.5.29.35',
  ECDSA_WITH_SHA256: '1.2.840.10045.4.3.2',
  /** id-fido-gen-ce-sernum: the serial number of one authenticator. */
  FIDO_SERIAL_NUMBER: '1.3.6.1.4.1.45724.1.1.2',
  /** id-fido-gen-ce-aaguid: the model. */
  FIDO_AAGUID: '1.3.6.1.4.1.45724.1.1.4',
} as const;

const VERSION_3 = 2;
/** The end of a P-256 key's SubjectPublicKeyInfo: 0x04, x, y. */
const P256_POINT_LENGTH = 65;
/** keyCertSign and cRLSign: bits 5 and 6, counted from the left. */
const SIGNS_CERTIFICATES = { bits: Uint8Array.of(0b0000_0110), unused: 1 };

export interface Subject {
  /** Two letters. */
  readonly country: string;
  readonly organisation: string;
  readonly unit: string;
  readonly name: string;
}

export interface CertificateContent {
  /** The number of this certificate among those of its issuer, in bytes. */
  readonly serial: Uint8Array;
  readonly subject: Subject;
  readonly issuer: Subject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The subject's, on P-256. Only the public half gets in. */
  readonly key: SigningKey;
  /** Whether it signs other certificates. */
  readonly isAuthority: boolean;
  /** 16 bytes: the model that its attestations are of. */
  readonly aaguid?: Uint8Array;
  /** The one authenticator that its attestations are of. */
  readonly deviceSerial?: Uint8Array;
}

/** An X.509 certificate (RFC 5280) in DER, signed by `issuerKey`, which is on P-256. */
export function certificate(content: CertificateContent, issuerKey: SigningKey): Uint8Array<ArrayBuffer> {
  const body = toBeSigned(content, issuerKey);
  return sequence(body, SIGNATURE_ALGORITHM, bitString(issuerKey.sign(body)));
}

const SIGNATURE_ALGORITHM = sequence(objectIdentifier(Oid.ECDSA_WITH_SHA256));

/** The part of a certificate that is signed. */
function toBeSigned(content: CertificateContent, issuerKey: SigningKey): Uint8Array<ArrayBuffer> {
  const { serial, subject, issuer, notBefore, notAfter, key } = content;
  return sequence(
    explicit(0, integer(Uint8Array.of(VERSION_3))),
    integer(serial),
    SIGNATURE_ALGORITHM,
    nameOf(issuer),
    sequence(utcTime(notBefore), utcTime(notAfter)),
    nameOf(subject),
    publicKeyInfo(key),
    explicit(3, sequence(...extensionsOf(content, issuerKey))),
  );
}

function nameOf({ country, organisation, unit, name }: Subject): Uint8Array {
  return sequence(
    nameMember(Oid.COUNTRY, printableString(country)),
    nameMember(Oid.ORGANISATION, utf8String(organisation)),
    nameMember(Oid.ORGANISATIONAL_UNIT, utf8String(unit)),
    nameMember(Oid.COMMON_NAME, utf8String(name)),
  );
}

function nameMember(oid: string, value: Uint8Array): Uint8Array {
  return setOf(sequence(objectIdentifier(oid), value));
}

function extensionsOf(content: CertificateContent, issuerKey: SigningKey): Uint8Array[] {
  const { isAuthority, key, aaguid, deviceSerial } = content;
  const extensions = [
    critical(Oid.BASIC_CONSTRAINTS, isAuthority ? sequence(TRUE) : sequence()),
    extension(Oid.SUBJECT_KEY_IDENTIFIER, octetString(keyIdentifier(key))),
    extension(Oid.AUTHORITY_KEY_IDENTIFIER, sequence(implicit(0, keyIdentifier(issuerKey)))),
  ];
  if (isAuthority)
    extensions.push(critical(Oid.KEY_USAGE, bitString(SIGNS_CERTIFICATES.bits, SIGNS_CERTIFICATES.unused)));
  // WebAuthn Level 3 §8.2.1 and §8.2.2: octet strings within the octet string that every extension is; never critical.
  if (aaguid) extensions.push(extension(Oid.FIDO_AAGUID, octetString(aaguid)));
  if (deviceSerial) extensions.push(extension(Oid.FIDO_SERIAL_NUMBER, octetString(deviceSerial)));
  return extensions;
}

function extension(oid: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(oid), octetString(value));
}

function critical(oid: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(oid), TRUE, octetString(value));
}

/** By which a certificate finds its issuer's: the first 20 bytes of a hash (RFC 7093 §2). */
function keyIdentifier(key: SigningKey): Uint8Array {
  const point = publicKeyInfo(key).subarray(-P256_POINT_LENGTH);
  return sha256(point).subarray(0, 20);
}

/** SubjectPublicKeyInfo. */
function publicKeyInfo(key: SigningKey): Uint8Array {
  const publicKey = publicKeyOf(key.publicKey());
  if (!publicKey) throw new RangeError(`A key of COSE algorithm ${key.algorithm} cannot be in a certificate`);
  return publicKey.export({ format: 'der', type: 'spki' });
}
