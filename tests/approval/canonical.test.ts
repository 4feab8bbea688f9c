import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalRequest, challengeOf } from '../../src/approval/canonical.js';
import { findUnshowable } from '../../src/approval/plain-text.js';
import { type ApprovalRequest, readRequest } from '../../src/approval/request.js';
import { requestOf, WISH } from './approver.js';

const textOf = (request: ApprovalRequest) => new TextDecoder().decode(canonicalRequest(request));

const showable = (maxLength: number) =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength }).filter((text) => findUnshowable(text) === undefined);
const moment = fc
  .date({ min: new Date(0), max: new Date('9000-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Any request at all. Few letters and short texts, so that two of them are near each other more often. */
const anyRequest: fc.Arbitrary<ApprovalRequest> = fc
  .record({
    version: fc.constant(1 as const),
    id: fc.uuid(),
    action: fc.constantFrom('person.sign-out', 'person.disable', 'passkey.delete'),
    text: showable(20),
    facts: fc.dictionary(fc.stringMatching(/^[a-c][a-cA-C0-1]{0,2}$/), showable(4), { maxKeys: 4 }),
    station: showable(8),
    pool: fc.constantFrom('local_1', 'eu-west-1_AbCdEfGhI'),
    approver: fc.record({ sub: fc.uuid(), username: showable(8) }),
    requestedAt: moment,
    expiresAt: moment,
    nonce: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  })
  .filter(({ requestedAt, expiresAt }) => Date.parse(expiresAt) > Date.parse(requestedAt));

/** Any object again with its members in the order that `seed` gives. */
function shuffled<T>(value: T, seed: number): T {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, shuffled<unknown>(member, seed)] as const);
  const rank = ([name]: readonly [string, unknown]) => createHash('sha1').update(`${seed}${name}`).digest('hex');
  entries.sort((one, other) => rank(one).localeCompare(rank(other)));
  return Object.fromEntries(entries) as T; // the same members
}

describe('the canonical form of a request', () => {
  it('has its members in order, no white space, and its letters as they are (RFC 8785 §3.2)', () => {
    const request: ApprovalRequest = {
      ...WISH,
      version: 1,
      id: '0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11',
      text: 'Say "Zoë" \\ 🔑',
      facts: { b: '2', a: '1', aB: '€' },
      requestedAt: '2026-11-24T09:00:00.000Z',
      expiresAt: '2026-11-24T09:05:00.000Z',
      nonce: 'A'.repeat(43),
    };
    expect(textOf(request)).toBe(
      '{"action":"person.sign-out","approver":{"sub":"94482458-e0a1-7005-dd3f-0c1d2e3f4a5b","username":"ana"},' +
        '"expiresAt":"2026-11-24T09:05:00.000Z","facts":{"a":"1","aB":"€","b":"2"},' +
        '"id":"0b8f4e5e-6f0a-4a51-9d7c-6d7f0f0f5a11","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",' +
        '"pool":"eu-west-1_AbCdEfGhI","requestedAt":"2026-11-24T09:00:00.000Z","station":"Front desk",' +
        '"text":"Say \\"Zoë\\" \\\\ 🔑","version":1}',
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(anyRequest, fc.nat(), (request, seed) => {
        expect(canonicalRequest(shuffled(request, seed))).toEqual(canonicalRequest(request));
      }),
    );
  });

  it('is another for every other request', () => {
    fc.assert(
      fc.property(anyRequest, anyRequest, (one, other) => {
        expect(textOf(one) === textOf(other)).toBe(
          JSON.stringify(shuffled(one, 1)) === JSON.stringify(shuffled(other, 1)),
        );
      }),
    );
  });

  it('is another when a single member is', () => {
    const members = Object.keys(requestOf()).filter((name) => name !== 'version') as (keyof ApprovalRequest)[];
    fc.assert(
      fc.property(anyRequest, anyRequest, fc.constantFrom(...members), (one, other, member) => {
        const mixed = { ...one, [member]: other[member] };
        fc.pre(Date.parse(mixed.expiresAt) > Date.parse(mixed.requestedAt));
        const isSame = JSON.stringify(shuffled(one[member], 1)) === JSON.stringify(shuffled(other[member], 1));
        expect(textOf(mixed) === textOf(one)).toBe(isSame);
      }),
    );
  });

  it('reads back as the request', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        expect(readRequest(JSON.parse(textOf(request)))).toEqual(request);
      }),
    );
  });

  it('does not exist for what cannot be shown, however it came about', () => {
    expect(() => canonicalRequest({ ...requestOf(), text: 'Pay 1\u202e00' })).toThrow(/approval\/unshowable/);
  });

  it('is hashed to the challenge', () => {
    const request = requestOf();
    const hash = createHash('sha256').update(canonicalRequest(request)).digest();
    expect(Buffer.from(challengeOf(request))).toEqual(hash);
  });
});
