import { concat, toHex, utf8 } from '../../ctap/codec/bytes.js';
import { CoseAlgorithm } from '../../ctap/codec/cose.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import { SigningKey } from '../credentials/signing-key.js';
import { certificate, type CertificateContent, type Subject } from './certificate.js';

/** A key that vouches for credentials, and the certificate that vouches for it. */
export interface AttestationIdentity {
  readonly key: SigningKey;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
}

const MAKER: Subject = {
  country: 'ZZ',
  organisation: 'Keydesk',
  unit: 'Software keys',
  name: 'Keydesk software key attestation root',
};
const VALIDITY = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T23:59:59Z') };
const SERIAL_LENGTH = 8;

/**
 * The root certificate (DER) of all software keys: who trusts it takes their basic and enterprise attestations.
 * Signed anew in every process, always by the same key.
 */
export function attestationRoot(): Uint8Array<ArrayBuffer> {
  const key = makerKey();
  const content = { subject: MAKER, issuer: MAKER, ...VALIDITY, isAuthority: true };
  return certificate({ ...content, serial: Uint8Array.of(1), key }, key);
}

/** The identity that all keys of a model share (basic attestation): it tells the model and never the person. */
export function modelIdentity(aaguid: Uint8Array): AttestationIdentity {
  const key = keyFrom('model', aaguid);
  return issue(key, 'Keydesk software key batch', { serial: sha256(aaguid), aaguid });
}

/** The same in the form of U2F, which knows no AAGUIDs. */
export function u2fIdentity(aaguid: Uint8Array): AttestationIdentity {
  return issue(keyFrom('U2F', aaguid), 'Keydesk software key U2F batch', {
    serial: sha256(concat(utf8('U2F'), aaguid)),
  });
}

/** The identity of one single key (enterprise attestation), which names its serial number. */
export function deviceIdentity(aaguid: Uint8Array, deviceSecret: Uint8Array): AttestationIdentity {
  const deviceSerial = serialNumber(deviceSecret);
  const key = keyFrom('device', deviceSecret);
  return issue(key, `Keydesk software key ${toHex(deviceSerial)}`, { serial: deviceSerial, aaguid, deviceSerial });
}

/** The serial number of a key, 8 bytes: it stays through resets. */
export function serialNumber(deviceSecret: Uint8Array): Uint8Array {
  return sha256(concat(utf8('serial number'), deviceSecret)).subarray(0, SERIAL_LENGTH);
}

/**
 * The maker's key comes from words that everybody can read here. That is on purpose: attestations of a software key are
 * to verify like those of real keys, and must not prove anything to anybody who has not chosen to trust this root.
 */
function makerKey(): SigningKey {
  return keyFrom('maker', new Uint8Array());
}

function keyFrom(whose: string, secret: Uint8Array): SigningKey {
  return SigningKey.load(CoseAlgorithm.ES256, sha256(concat(utf8(`Keydesk software key: ${whose}`), secret)));
}

function issue(
  key: SigningKey,
  name: string,
  { serial, ...extensions }: Pick<CertificateContent, 'serial' | 'aaguid' | 'deviceSerial'>,
): AttestationIdentity {
  // WebAuthn Level 3 §8.2.1: the unit has to be called so.
  const subject = { ...MAKER, unit: 'Authenticator Attestation', name };
  const content = {
    subject,
    issuer: MAKER,
    ...VALIDITY,
    isAuthority: false,
    serial: serial.subarray(0, SERIAL_LENGTH),
  };
  return { key, certificate: certificate({ ...content, ...extensions, key }, makerKey()) };
}
