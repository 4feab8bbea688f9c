import { generateKeyPairSync, sign } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import type { Approval } from '../../src/approval/approval.js';
import type { ApprovalRequest } from '../../src/approval/request.js';
import { checkUnproved, type Verification, verifyApproval } from '../../src/approval/verify-approval.js';
import { challengeOf } from '../../src/approval/canonical.js';
import { encodeAuthenticatorData } from '../../src/ctap/codec/authenticator-data.js';
import { concat, fromBase64url, toBase64url, utf8 } from '../../src/ctap/codec/bytes.js';
import { type CborKey, type CborValue, encode } from '../../src/ctap/codec/cbor.js';
import { CoseAlgorithm, CoseCurve, CoseKeyType, CoseLabel } from '../../src/ctap/codec/cose.js';
import { sha256 } from '../../src/ctap/codec/sha256.js';
import { FailureError } from '../../src/failures/failure-error.js';
import { ALGORITHMS, Approver, GENERATING_RSA_MS, NOW, ORIGIN, requestOf, RP_ID, SUB } from './approver.js';

let ana: Approver;
let ben: Approver;
let request: ApprovalRequest;
let approval: Approval;

beforeAll(async () => {
  [ana, ben] = await Promise.all([Approver.enrol(), Approver.enrol()]);
  request = requestOf();
  approval = await ana.approve(request);
});

/** Why an approval is refused; undefined where it holds. */
function verdict(given: unknown, expected: Verification = ana.expected()): string | undefined {
  return verdictOf(() => verifyApproval(given, expected));
}

function verdictOf(verify: () => ApprovalRequest): string | undefined {
  try {
    verify();
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code;
    throw error;
  }
}

/** A copy of the approval, with one member of its assertion's response changed. */
const withResponse = (change: object): unknown => ({
  ...approval,
  assertion: { ...approval.assertion, response: { ...approval.assertion.response, ...change } },
});

describe('an approval', () => {
  it.each(ALGORITHMS)(
    'by a key of %s holds, and says what was approved',
    async (_name, alg) => {
      const approver = await Approver.enrol({ alg });
      const given: unknown = JSON.parse(JSON.stringify(await approver.approve(request)));
      expect(verifyApproval(given, approver.expected())).toEqual(request);
    },
    GENERATING_RSA_MS,
  );

  it('holds where only the public key is known', () => {
    const { publicKey, rpId, origin, now } = ana.expected();
    expect(verdict(approval, { publicKey, rpId, origin, now })).toBeUndefined();
  });

  it('holds though its members come in another order', () => {
    const reversed = Object.fromEntries(Object.entries(request).reverse());
    expect(verdict({ ...approval, request: reversed })).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'approval'],
    ['an empty object', {}],
  ])('is not %s', (_what, given) => {
    expect(verdict(given)).toBe('approval/malformed');
  });

  it('is refused for a request that cannot be shown as it was signed', () => {
    expect(verdict({ ...approval, request: { ...request, text: 'Pay 1\u202e00' } })).toBe('approval/unshowable');
  });
});

describe('an altered approval', () => {
  it.each([
    ['id', { id: '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11' }],
    ['action', { action: 'person.enable' }],
    ['text', { text: 'Sign Zoë Straus out everywhere, and disable the account.' }],
    ['a fact', { facts: { username: 'ben', caseId: '2026-117' } }],
    ['a fact more', { facts: { username: 'zoe', caseId: '2026-117', more: 'x' } }],
    ['no facts', { facts: {} }],
    ['station', { station: 'Back desk' }],
    ['pool', { pool: 'eu-west-1_AbCdEfGhJ' }],
    ["the person's sub", { approver: { sub: '94482458-e0a1-7005-dd3f-0c1d2e3f4a5c', username: 'ana' } }],
    ["the person's name", { approver: { sub: SUB, username: 'anna' } }],
    ['requestedAt', { requestedAt: '2026-11-24T09:00:00.001Z' }],
    ['expiresAt', { expiresAt: '2026-11-24T09:05:00.001Z' }],
    ['nonce', { nonce: toBase64url(new Uint8Array(32)) }],
  ])('is refused for another request: %s', (_what, change) => {
    expect(verdict({ ...approval, request: { ...request, ...change } })).toBe('approval/altered');
  });

  it('is refused for another version', () => {
    expect(verdict({ ...approval, request: { ...request, version: 2 } })).toBe('approval/malformed');
  });

  it('is refused for members that nobody has signed', () => {
    expect(verdict({ ...approval, note: 'also delete the account' })).toBe('approval/malformed');
    expect(verdict({ ...approval, request: { ...request, note: 'x' } })).toBe('approval/malformed');
    expect(verdict(withResponse({ note: 'x' }))).toBe('approval/malformed');
    const results = { ...approval.assertion, clientExtensionResults: { appid: true } };
    expect(verdict({ ...approval, assertion: results })).toBe('approval/malformed');
    expect(verdict(JSON.parse(JSON.stringify(approval).replace('{', '{"__proto__":{"a":1},')))).toBe(
      'approval/malformed',
    );
  });

  it.each(['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'] as const)(
    'is refused with any bit of %s changed',
    (member) => {
      const bytes = fromBase64url(approval.assertion.response[member] ?? '');
      expect(bytes.length).toBeGreaterThan(8);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = bytes.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verdict(withResponse({ [member]: toBase64url(changed) })), `bit ${bit}`).toMatch(/^approval\//);
      }
    },
  );

  it.each(['clientDataJSON', 'authenticatorData', 'signature'] as const)(
    'is refused without the end of %s',
    (member) => {
      const bytes = fromBase64url(approval.assertion.response[member]);
      expect(verdict(withResponse({ [member]: toBase64url(bytes.subarray(0, -1)) }))).toMatch(/^approval\//);
      expect(verdict(withResponse({ [member]: toBase64url(Uint8Array.of(...bytes, 0)) }))).toMatch(/^approval\//);
      expect(verdict(withResponse({ [member]: undefined }))).toBe('approval/malformed');
    },
  );

  it('is refused where idle bits at the end of a text are set', () => {
    const { signature } = approval.assertion.response;
    const padded = ['B', 'h', 'x'].map((end) => signature.slice(0, -1) + end);
    for (const text of [`${signature}=`, `${signature}\n`, ...padded.filter((one) => one !== signature)])
      expect(verdict(withResponse({ signature: text }))).toMatch(/^approval\/(malformed|bad-signature)$/);
  });

  it('is refused with the ID of another passkey, wherever it stands', () => {
    const { assertion } = approval;
    const id = ben.credentialId;
    expect(verdict({ ...approval, credentialId: id })).toBe('approval/malformed');
    expect(verdict({ ...approval, assertion: { ...assertion, id } })).toBe('approval/malformed');
    expect(verdict({ ...approval, assertion: { ...assertion, rawId: id } })).toBe('approval/malformed');
    expect(verdict({ ...approval, credentialId: id, assertion: { ...assertion, id, rawId: id } })).toBe(
      'approval/other-key',
    );
  });

  it('is refused with the assertion of another request', async () => {
    const another = await ana.approve(requestOf({ text: 'Nothing of importance.' }));
    expect(verdict({ ...approval, assertion: another.assertion })).toBe('approval/altered');
  });
});

describe('an approval that is not what was asked', () => {
  it('is refused by another key', async () => {
    const bens = await ben.approve(request);
    expect(verdict(bens)).toBe('approval/other-key');
    expect(verdict(bens, ana.expected({ credentialId: undefined }))).toBe('approval/bad-signature');
    expect(verdict(approval, ana.expected({ publicKey: ben.publicKey }))).toBe('approval/bad-signature');
  });

  it('is refused by somebody else, by the records as by the user handle', async () => {
    const sub = '11111111-2222-4333-8444-555555555555';
    expect(verdict(approval, ana.expected({ sub }))).toBe('approval/other-person');
    const cleo = await Approver.enrol({ sub });
    expect(verdict(await cleo.approve(request), cleo.expected())).toBe('approval/other-person');
    expect(verdict(await cleo.approve(request), cleo.expected({ sub: undefined }))).toBe('approval/other-person');
  });

  it('is refused from another origin', async () => {
    const elsewhere = await ana.approve(request, { origin: `https://evil.${RP_ID}` });
    expect(verdict(elsewhere)).toBe('approval/other-origin');
    expect(verdict(approval, ana.expected({ origin: `${ORIGIN}:444` }))).toBe('approval/other-origin');
  });

  it('is refused for another relying party', async () => {
    expect(verdict(approval, ana.expected({ rpId: 'example.com' }))).toBe('approval/other-rp');
    const other = await Approver.enrol({ rpId: 'example.com' });
    const given = await other.approve(request, { rpId: 'example.com', origin: ORIGIN });
    expect(verdict(given, other.expected())).toBe('approval/other-rp');
  });

  it('is refused without PIN or finger', async () => {
    const unverified = await ana.approve(request, { options: { userVerification: 'discouraged' } });
    expect(verdict(unverified)).toBe('approval/not-verified');
  });

  it('is refused for a challenge that is not the hash of the request', async () => {
    const signed = await ana.approve(request, { options: { challenge: toBase64url(new Uint8Array(32)) } });
    expect(verdict(signed)).toBe('approval/altered');
  });

  it.each([
    ['no base64url', '!'],
    ['no CBOR', 'AAAA_w'],
    ['no map', 'AA'],
    ['a key of a type that is not known', toBase64url(Uint8Array.of(0xa1, 0x01, 0x09))],
    ['a key without a point', toBase64url(Uint8Array.of(0xa2, 0x01, 0x02, 0x20, 0x01))],
  ])('cannot be verified with %s', (_what, publicKey) => {
    expect(verdict(approval, ana.expected({ publicKey }))).toBe('approval/no-key');
  });
});

describe('an approval that is rightly signed by a key that does as it likes', () => {
  const { publicKey: key, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = key.export({ format: 'jwk' });
  const publicKey = toBase64url(
    encode(
      new Map<CborKey, CborValue>([
        [CoseLabel.KTY, CoseKeyType.EC2],
        [CoseLabel.ALG, CoseAlgorithm.ES256],
        [CoseLabel.CRV, CoseCurve.P256],
        [CoseLabel.X, fromBase64url(x ?? '')],
        [CoseLabel.Y, fromBase64url(y ?? '')],
      ]),
    ),
  );

  /** The approval again, signed by that key over other client data, or with other flags. */
  function signed({ client = {}, flags = 0x05 }: { client?: object; flags?: number }): unknown {
    const asked = { type: 'webauthn.get', challenge: toBase64url(challengeOf(request)), origin: ORIGIN };
    const clientDataJSON = utf8(JSON.stringify({ ...asked, ...client }));
    const authenticatorData = encodeAuthenticatorData({ rpIdHash: sha256(utf8(RP_ID)), flags, signCount: 1 });
    const signature = sign('sha256', concat(authenticatorData, sha256(clientDataJSON)), privateKey);
    return withResponse({
      clientDataJSON: toBase64url(clientDataJSON),
      authenticatorData: toBase64url(authenticatorData),
      signature: toBase64url(signature),
    });
  }

  it.each([
    ['holds when it is as it should be', {}, undefined],
    ['holds with members that we do not know', { client: { crossOrigin: false, tomorrow: 1 } }, undefined],
    ['is refused as a registration', { client: { type: 'webauthn.create' } }, 'approval/malformed'],
    ['is refused from within another page', { client: { crossOrigin: true } }, 'approval/other-origin'],
    ['is refused without a touch', { flags: 0x04 }, 'approval/not-verified'],
    ['is refused without a verified person', { flags: 0x01 }, 'approval/not-verified'],
  ])('%s', (_what, twist, expected) => {
    expect(verdict(signed(twist), ana.expected({ publicKey }))).toBe(expected);
  });

  it('is used up by the other signature of the same value as well', () => {
    const one = signed({}) as Approval;
    // (r, s) and (r, n − s) are both right: whoever has one makes the other without the key (FIPS 186-5 §6.4).
    const other = structuredClone(one);
    const signature = toBase64url(withOtherS(fromBase64url(one.assertion.response.signature)));
    Object.assign(other.assertion.response, { signature });
    expect(signature).not.toBe(one.assertion.response.signature);
    expect(verdict(other, ana.expected({ publicKey }))).toBeUndefined();
    expect(verdict(other, ana.expected({ publicKey, usedIds: new Set([request.id]) }))).toBe('approval/replayed');
  });

  it('is refused where its public key names an algorithm that it is not for', () => {
    const bytes = fromBase64url(publicKey);
    const at = bytes.findIndex((byte, index) => byte === 0x03 && bytes[index + 1] === 0x26); // alg: -7
    bytes[at + 1] = 0x27; // -8
    expect(verdict(signed({}), ana.expected({ publicKey: toBase64url(bytes) }))).toBe('approval/no-key');
  });
});

describe('an approval whose public key is not known', () => {
  const withoutKey = (one: unknown, changes: Partial<Verification> = {}) =>
    verdictOf(() => checkUnproved(one, ana.expected(changes)));

  it('holds as far as can be told without it: everything but the signature', () => {
    expect(withoutKey(approval)).toBeUndefined();
    expect(withoutKey(withResponse({ signature: toBase64url(Uint8Array.of(0x30, 0x00)) }))).toBeUndefined();
    expect(withoutKey({ ...approval, request: { ...request, text: 'Sign everybody out.' } })).toBe('approval/altered');
    expect(withoutKey(approval, { origin: 'https://example.com' })).toBe('approval/other-origin');
    expect(withoutKey(approval, { sub: '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11' })).toBe('approval/other-person');
    expect(withoutKey(approval, { now: NOW + 300_000 })).toBe('approval/stale');
    expect(withoutKey(approval, { usedIds: new Set([request.id]) })).toBe('approval/replayed');
  });
});

describe('the time of an approval', () => {
  it.each([
    ['at the very moment it was asked for', NOW, undefined],
    ['just before it expires', NOW + 299_999, undefined],
    ['when it expires', NOW + 300_000, 'approval/stale'],
    ['a year later', NOW + 365 * 86_400_000, 'approval/stale'],
    ['before it was asked for: the clock was set back', NOW - 1, 'approval/stale'],
  ])('%s', (_when, now, expected) => {
    expect(verdict(approval, ana.expected({ now }))).toBe(expected);
  });

  it('is no longer than the verifier grants, whatever the request says', () => {
    expect(verdict(approval, ana.expected({ now: NOW + 60_000, maxAgeMs: 60_000 }))).toBeUndefined();
    expect(verdict(approval, ana.expected({ now: NOW + 60_001, maxAgeMs: 60_000 }))).toBe('approval/stale');
  });

  it('does not excuse a wrong signature', () => {
    const signature = toBase64url(Uint8Array.of(0x30, 0x00));
    expect(verdict(withResponse({ signature }), ana.expected({ now: 0 }))).toBe('approval/bad-signature');
  });
});

describe('an approval that was used', () => {
  it('is refused, and no other', () => {
    expect(verdict(approval, ana.expected({ usedIds: new Set([request.id]) }))).toBe('approval/replayed');
    expect(verdict(approval, ana.expected({ usedIds: new Set([requestOf().id]) }))).toBeUndefined();
  });
});

/** The order of P-256 (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A signature in DER, SEQUENCE { r, s }, with n − s for s. */
function withOtherS(der: Uint8Array): Uint8Array {
  const bytes = Buffer.from(der);
  const rLength = bytes.readUInt8(3);
  const s = BigInt(`0x${bytes.subarray(6 + rLength).toString('hex')}`);
  const digits = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex');
  const other = digits.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits;
  const start = other.findIndex((byte, at) => byte !== 0 || (other[at + 1] ?? 0x80) >= 0x80);
  const shortest = other.subarray(start);
  const r = bytes.subarray(2, 4 + rLength);
  const body = Buffer.concat([r, Buffer.from([0x02, shortest.length]), shortest]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
