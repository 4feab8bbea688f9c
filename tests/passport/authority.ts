import { createPrivateKey, randomBytes } from 'node:crypto';

import { CompactSign } from 'jose';

import { toBase64url } from '../../src/ctap/codec/bytes.js';
import { CoseAlgorithm, CoseLabel } from '../../src/ctap/codec/cose.js';
import { certificate } from '../../src/softkey/attestation/certificate.js';
import { SigningKey } from '../../src/softkey/credentials/signing-key.js';

export const NOW = Date.parse('2026-11-23T12:00:00Z');

/** Somebody with a key and a certificate: a root, an authority below it, or a signer. Made anew in every test run. */
export interface Party {
  readonly key: SigningKey;
  /** DER. */
  readonly certificate: Uint8Array;
  readonly issuer: Party | undefined;
  readonly name: string;
}

export interface PartyOptions {
  readonly name?: string;
  readonly issuer?: Party;
  readonly isAuthority?: boolean;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly aaguid?: Uint8Array;
  readonly unit?: string;
}

export function party({ name = 'Test root', issuer, isAuthority = true, ...options }: PartyOptions = {}): Party {
  const key = SigningKey.load(CoseAlgorithm.ES256, Uint8Array.from(randomBytes(32)));
  const subjectOf = (who: string, unit = 'Tests') => ({ country: 'ZZ', organisation: 'Keydesk', unit, name: who });
  const der = certificate(
    {
      serial: Uint8Array.from(randomBytes(8)),
      subject: subjectOf(name, options.unit),
      issuer: subjectOf(issuer?.name ?? name),
      notBefore: new Date(options.notBefore ?? '2026-01-01T00:00:00Z'),
      notAfter: new Date(options.notAfter ?? '2027-01-01T00:00:00Z'),
      key,
      isAuthority,
      ...(options.aaguid && { aaguid: options.aaguid }),
    },
    issuer?.key ?? key,
  );
  return { key, certificate: der, issuer, name };
}

/** The signer of metadata under `issuer`. */
export function signer(issuer: Party, options: PartyOptions = {}): Party {
  return party({ name: 'mds.fidoalliance.org', isAuthority: false, issuer, ...options });
}

/** A metadata blob, as the service would sign it: the certificates are those from the signer up to, without, the root. */
export async function blob(payload: unknown, by: Party, chain = chainOf(by)): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const x5c = chain.map((der) => Buffer.from(der).toString('base64'));
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c })
    .sign(privateKey(by.key));
}

/** From somebody up to, without, the root. */
export function chainOf({ certificate: own, issuer }: Party): Uint8Array[] {
  return issuer?.issuer ? [own, ...chainOf(issuer)] : [own];
}

function privateKey(key: SigningKey) {
  const cose = key.publicKey();
  const [x, y] = [CoseLabel.X, CoseLabel.Y].map((label) => toBase64url(cose.get(label) as Uint8Array));
  const jwk = { kty: 'EC', crv: 'P-256', x: String(x), y: String(y), d: toBase64url(key.secret) };
  return createPrivateKey({ key: jwk, format: 'jwk' });
}
