import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { create } from '../../src/ctap/client/create.js';
import type { MadeCredential } from '../../src/ctap/client/ceremony-context.js';
import { Authenticator } from '../../src/ctap/authenticator.js';
import { decodeAuthenticatorData, encodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { concat } from '../../src/ctap/codec/bytes.js';
import type { CborValue } from '../../src/ctap/codec/cbor.js';
import { CoseAlgorithm, CoseLabel } from '../../src/ctap/codec/cose.js';
import { aaguidText } from '../../src/passport/aaguid.js';
import { AttestationError, verifyAttestation } from '../../src/passport/attestation.js';
import { refusalsOfMade } from '../../src/passport/attested.js';
import { type Metadata, MetadataEntry } from '../../src/passport/metadata.js';
import { passportOf } from '../../src/passport/passport.js';
import type { Policy } from '../../src/passport/policy.js';
import { attestationRoot } from '../../src/softkey/attestation/identity.js';
import { MemoryPort } from '../../src/softkey/ports/memory-port.js';
import { SoftKey, type SoftKeyOptions } from '../../src/softkey/soft-key.js';
import { autoPresence } from '../../src/softkey/user-presence.js';
import { SigningKey } from '../../src/softkey/credentials/signing-key.js';
import { profileOf } from '../../src/softkey/profile.js';
import { Person } from '../ctap/person.js';
import { NOW, party, type PartyOptions } from './authority.js';
import { infoOf } from './info.js';

const AAGUID = profileOf('2.1').aaguid;
const MODEL = aaguidText(AAGUID);

/** A credential that the software key has made, with the attestation as it came over the cable. */
async function made(options: Partial<SoftKeyOptions> = {}): Promise<MadeCredential> {
  const key = new SoftKey({ profile: '2.1', presence: autoPresence, ...options });
  const authenticator = await Authenticator.open(new MemoryPort(key));
  const seen: MadeCredential[] = [];
  await create(
    {
      rp: { id: 'example.com', name: 'Example' },
      user: { id: 'AAAA', name: 'ana', displayName: 'Ana' },
      challenge: 'AAECAwQFBgcICQoLDA0ODw',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      attestation: 'none',
    },
    'https://example.com',
    { authenticator, interaction: new Person(), onMade: (one) => seen.push(one) },
  );
  await authenticator.close();
  const [one] = seen;
  if (!one) throw new Error('Nothing was made');
  return one;
}

function metadata(entry: object = {}, roots: readonly Uint8Array[] = [attestationRoot()]): Metadata {
  const metadataStatement = {
    attestationTypes: ['basic_full'],
    attestationRootCertificates: roots.map((der) => Buffer.from(der).toString('base64')),
  };
  const parsed = MetadataEntry.parse({ aaguid: MODEL, statusReports: [], metadataStatement, ...entry });
  return { no: 1, nextUpdate: '2026-12-01', entries: new Map([[MODEL, parsed]]), unreadable: 0 };
}

const basic = await made({ attestation: 'basic' });
const self = await made();
const changed = (one: MadeCredential, members: Record<string, CborValue>): MadeCredential => ({
  ...one,
  attStmt: new Map([...one.attStmt, ...Object.entries(members)]),
});
const sources = { now: NOW };
const known = { now: NOW, metadata: metadata() };
const failing = (message: RegExp) =>
  expect.objectContaining({ name: 'AttestationError', message: expect.stringMatching(message) as string }) as Error;

/** The credential of `basic`, attested under a root of ours by a certificate that can be wrong in any way. */
function attestedBy(options: PartyOptions = {}) {
  const root = party();
  const by = party({
    name: 'Batch 1',
    unit: 'Authenticator Attestation',
    isAuthority: false,
    issuer: root,
    aaguid: AAGUID,
    ...options,
  });
  const sig = by.key.sign(concat(basic.authData, basic.clientDataHash));
  const one = changed(basic, { alg: CoseAlgorithm.ES256, sig, x5c: [by.certificate] });
  return { one, root: root.certificate, certificate: by.certificate };
}

describe('attestation', () => {
  it('by a key of the maker proves the model where the metadata has its root, and only there', () => {
    expect(verifyAttestation(basic, known)).toEqual({ kind: 'basic', format: 'packed', aaguid: MODEL, isProved: true });
    expect(verifyAttestation(basic, sources)).toMatchObject({ kind: 'basic', isProved: false });
  });

  it('by the credential itself, or none at all, proves nothing', () => {
    expect(verifyAttestation(self, known)).toMatchObject({ kind: 'self', isProved: false });
    const none = { ...self, fmt: 'none', attStmt: new Map() };
    expect(verifyAttestation(none, known)).toMatchObject({ kind: 'none', isProved: false });
    expect(verifyAttestation({ ...self, fmt: 'holographic' }, known)).toMatchObject({
      kind: 'unknown',
      isProved: false,
    });
  });

  it.each([
    ['basic', basic],
    ['self', self],
  ])('(%s) of other client data, or with another signature, is wrong', (_, one) => {
    const elsewhere = { ...one, clientDataHash: new Uint8Array(32) };
    expect(() => verifyAttestation(elsewhere, sources)).toThrow(failing(/signature is wrong/));
    expect(() => verifyAttestation(changed(one, { sig: Uint8Array.of(1, 2) }), sources)).toThrow(AttestationError);
    expect(() => verifyAttestation(changed(one, { alg: -257 }), sources)).toThrow(failing(/algorithm/));
    expect(() => verifyAttestation(changed(one, { alg: 'x' }), sources)).toThrow(failing(/algorithm/));
  });

  it('under a root that is not the maker’s is wrong where the metadata knows the maker', () => {
    const { one, root } = attestedBy();
    expect(verifyAttestation(one, { now: NOW, metadata: metadata({}, [root]) }).isProved).toBe(true);
    expect(() => verifyAttestation(one, known)).toThrow(failing(/do not lead to the maker's/));
  });

  it('may be by a certificate that the metadata names itself', () => {
    const { one, certificate } = attestedBy();
    expect(verifyAttestation(one, { now: NOW, metadata: metadata({}, [certificate]) }).isProved).toBe(true);
  });

  it.each<[string, PartyOptions, RegExp]>([
    ['of another model', { aaguid: new Uint8Array(16).fill(7) }, /another model/],
    ['of an authority', { isAuthority: true }, /authority/],
    ['for something else', { unit: 'Web servers' }, /not for attestation/],
    ['without a name', { name: '' }, /lacks 2\.5\.4\.3/],
  ])('by a certificate %s is wrong', (_, options, message) => {
    const { one } = attestedBy(options);
    expect(() => verifyAttestation(one, sources)).toThrow(failing(message));
  });

  it('by a certificate that has expired, or whose key was lost, is wrong', () => {
    const old = attestedBy({ notAfter: '2026-11-22T00:00:00Z' });
    expect(() => verifyAttestation(old.one, { now: NOW, metadata: metadata({}, [old.root]) })).toThrow(
      failing(/valid from/),
    );
    const lost = attestedBy();
    const certificate = Buffer.from(lost.certificate).toString('base64');
    const statusReports = [{ status: 'ATTESTATION_KEY_COMPROMISE', certificate }];
    expect(() => verifyAttestation(lost.one, { now: NOW, metadata: metadata({ statusReports }, [lost.root]) })).toThrow(
      failing(/was lost/),
    );
  });

  it('of U2F signs the plain form of the key', () => {
    const by = party({ name: 'U2F batch', isAuthority: false });
    const data = decodeAuthenticatorData(basic.authData);
    const { attestedCredential } = data;
    if (!attestedCredential) throw new Error('No credential');
    const authData = encodeAuthenticatorData({
      ...data,
      attestedCredential: { ...attestedCredential, aaguid: new Uint8Array(16) },
    });
    const [x, y] = [CoseLabel.X, CoseLabel.Y].map((label) => attestedCredential.publicKey.get(label) as Uint8Array);
    const signed = concat(
      Uint8Array.of(0),
      data.rpIdHash,
      basic.clientDataHash,
      attestedCredential.id,
      Uint8Array.of(4),
      x ?? new Uint8Array(),
      y ?? new Uint8Array(),
    );
    const one = {
      ...basic,
      fmt: 'fido-u2f',
      authData,
      attStmt: new Map<string, CborValue>([
        ['sig', by.key.sign(signed)],
        ['x5c', [by.certificate]],
      ]),
    };
    expect(verifyAttestation(one, known)).toMatchObject({ kind: 'basic', format: 'fido-u2f', isProved: false });
    const other = SigningKey.load(CoseAlgorithm.ES256, new Uint8Array(32).fill(3));
    expect(() => verifyAttestation(changed(one, { sig: other.sign(signed) }), known)).toThrow(
      failing(/signature is wrong/),
    );
    expect(() => verifyAttestation(changed(one, { x5c: [by.certificate, by.certificate] }), known)).toThrow(
      failing(/2 certificates/),
    );
  });

  it('of any bytes whatever fails as an attestation does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('packed', 'fido-u2f'), (bytes, fmt) => {
        const x5c = changed({ ...basic, fmt }, { x5c: [bytes] });
        expect(() => verifyAttestation(x5c, known)).toThrow(AttestationError);
        expect(() => verifyAttestation({ ...basic, fmt, authData: bytes }, known)).toThrow(AttestationError);
      }),
    );
  });
});

describe('a new passkey held against the policy', () => {
  const passport = passportOf(infoOf({ AAGUID }), { manufacturer: '' }, sources);
  const refusals = (one: MadeCredential, policy: Policy, from: Parameters<typeof refusalsOfMade>[3] = known) =>
    refusalsOfMade(one, passport, { state: 'active', policy }, from).map(({ reason }) => reason);

  it('is not judged where there is no policy, and refused while the policy cannot be read', () => {
    const broken = changed(basic, { sig: Uint8Array.of(1) });
    expect(refusalsOfMade(broken, passport, { state: 'none' }, known)).toEqual([]);
    expect(refusalsOfMade(basic, passport, { state: 'locked', error: { reason: 'x' } }, known)).toHaveLength(1);
  });

  it('is refused under every policy when its attestation is wrong', () => {
    expect(refusals(changed(basic, { sig: Uint8Array.of(1) }), {})).toEqual(['policy/attestation-failed']);
    expect(refusals(basic, {})).toEqual([]);
  });

  it('must be of the model that the key said it is', () => {
    const other = passportOf(infoOf(), { manufacturer: '' }, sources);
    expect(refusalsOfMade(basic, other, { state: 'active', policy: {} }, sources)).toMatchObject([
      { reason: 'policy/attestation-failed' },
    ]);
  });

  it.each<[string, Policy]>([
    ['attestation is required', { requireAttestation: true }],
    ['a certification is required', { minimumCertification: 'FIDO_CERTIFIED_L1' }],
    ['the model is on a list, and attested by its maker', { allowedAaguids: [MODEL] }],
  ])('must be proved where %s', (_, policy) => {
    expect(refusals(basic, policy)).toEqual([]);
    expect(refusals(self, policy)).toEqual(['policy/attestation-unproved']);
  });

  it('of a listed model that no metadata knows is taken by the word of the key', () => {
    expect(refusals(self, { allowedAaguids: [MODEL] }, sources)).toEqual([]);
  });
});
