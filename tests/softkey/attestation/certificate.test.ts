import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fromHex, toHex } from '../../../src/ctap/codec/bytes.js';
import {
  bitString,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  utcTime,
  utf8String,
} from '../../../src/softkey/attestation/der.js';
import {
  attestationRoot,
  deviceIdentity,
  modelIdentity,
  serialNumber,
} from '../../../src/softkey/attestation/identity.js';

const AAGUID = fromHex('4b657964 65736b21 8f0d 2b1c5d7e9a21');
const DEVICE = new Uint8Array(32).fill(5);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('distinguished encoding', () => {
  // Written out by hand from X.690 §8 and §11.
  it.each<[string, Uint8Array, string]>([
    ['zero', integer(Uint8Array.of(0)), '020100'],
    ['a number without leading zeros', integer(Uint8Array.of(0, 0, 0x7f)), '02017f'],
    ['a number whose first bit is set', integer(Uint8Array.of(0x80)), '02020080'],
    ['an identifier with a long part', objectIdentifier('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
    ['an identifier of the FIDO alliance', objectIdentifier('1.3.6.1.4.1.45724.1.1.4'), '060b2b0601040182e51c010104'],
    ['bits', bitString(Uint8Array.of(6), 1), '03020106'],
    ['a long element', octetString(new Uint8Array(200)).subarray(0, 4), '0481c800'],
    ['a very long element', octetString(new Uint8Array(300)).subarray(0, 4), '0482012c'],
    ['a tagged part', explicit(3, integer(Uint8Array.of(2))), 'a303020102'],
    ['texts', sequence(printableString('ZZ'), utf8String('ä')), '300813025a5a0c02c3a4'],
    ['a time', utcTime(new Date('2049-12-31T23:59:59Z')), '170d3439313233313233353935395a'],
  ])('%s', (_what, der, hex) => {
    expect(toHex(der)).toBe(hex);
  });

  it('lengths say how much follows', () => {
    fc.assert(
      fc.property(fc.nat(2000), (length) => {
        const whole = octetString(new Uint8Array(length));
        const [, first = 0, second = 0, third = 0] = whole;
        const [said, head] = first < 0x80 ? [first, 2] : first === 0x81 ? [second, 3] : [second * 256 + third, 4];
        expect([said, whole.length]).toEqual([length, head + length]);
      }),
    );
  });
});

describe('certificates', () => {
  const root = new X509Certificate(attestationRoot());

  it('the root signs itself, and is one authority in every process', () => {
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(root.publicKey.equals(new X509Certificate(attestationRoot()).publicKey)).toBe(true);
  });

  it('of a model: issued by the root, version 3, the unit that WebAuthn wants, the AAGUID', () => {
    const { certificate, key } = modelIdentity(AAGUID);
    const leaf = new X509Certificate(certificate);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.subject).toContain('OU=Authenticator Attestation');
    expect(toHex(certificate)).toContain(`060b2b0601040182e51c010104` + `0412` + `0410${toHex(AAGUID)}`);
    expect(toHex(certificate)).toContain('a003020102');
    expect(toHex(certificate)).not.toContain('060b2b0601040182e51c010102');
    const again = modelIdentity(AAGUID);
    expect(toHex(again.key.secret)).toBe(toHex(key.secret));
    expect(toHex(modelIdentity(new Uint8Array(16)).key.secret)).not.toBe(toHex(key.secret));
  });

  it('of one key: its serial number, in the extension and by name', () => {
    const { certificate } = deviceIdentity(AAGUID, DEVICE);
    const serial = toHex(serialNumber(DEVICE));
    const leaf = new X509Certificate(certificate);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.subject).toContain(serial);
    expect(toHex(certificate)).toContain(`060b2b0601040182e51c010102` + `040a` + `0408${serial}`);
    expect(toHex(serialNumber(new Uint8Array(32)))).not.toBe(serial);
  });

  it.skipIf(!hasOpenssl)('OpenSSL takes the chain, strictly (needs the program openssl)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keydesk-chain-'));
    try {
      const pem = (name: string, der: Uint8Array) => {
        writeFileSync(join(folder, name), new X509Certificate(der).toString());
        return join(folder, name);
      };
      const trusted = pem('root.pem', attestationRoot());
      for (const [name, { certificate }] of Object.entries({
        model: modelIdentity(AAGUID),
        device: deviceIdentity(AAGUID, DEVICE),
      })) {
        const leaf = pem(`${name}.pem`, certificate);
        const said = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', trusted, leaf], {
          encoding: 'utf8',
        });
        expect(said.trim()).toBe(`${leaf}: OK`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
