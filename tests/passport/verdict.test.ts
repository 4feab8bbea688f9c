import { describe, expect, it } from 'vitest';

import { type Metadata, MetadataEntry } from '../../src/passport/metadata.js';
import { passportOf } from '../../src/passport/passport.js';
import { type Policy, policyState } from '../../src/passport/policy.js';
import { verdictOn } from '../../src/passport/verdict.js';
import { infoOf } from './info.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const AAGUID = 'a25342c0-3cdc-4414-8e46-f4807fca511c';

function judge(
  policy: Policy,
  { info = infoOf(), reports }: { info?: ReturnType<typeof infoOf>; reports?: object[] } = {},
) {
  const entry = reports && MetadataEntry.parse({ aaguid: AAGUID, statusReports: reports });
  const metadata: Metadata | undefined = entry && {
    no: 1,
    nextUpdate: '2026-12-01',
    entries: new Map([[AAGUID, entry]]),
    unreadable: 0,
  };
  const passport = passportOf(info, { manufacturer: 'Yubico' }, { metadata, now: NOW });
  return verdictOn(passport, info, { state: 'active', policy });
}
const reasons = (...args: Parameters<typeof judge>) => judge(...args).refusals.map(({ reason }) => reason);

describe('verdict', () => {
  it('allows every key where there is no policy, and one that meets it', () => {
    const info = infoOf();
    const passport = passportOf(info, { manufacturer: '' }, { now: NOW });
    expect(verdictOn(passport, info, { state: 'none' })).toEqual({ allowed: true, refusals: [] });
    expect(judge({ allowedAaguids: [AAGUID], requireUserVerification: true, minPinLength: 4 })).toEqual({
      allowed: true,
      refusals: [],
    });
  });

  it('refuses every key while the policy cannot be read', () => {
    const info = infoOf();
    const passport = passportOf(info, { manufacturer: '' }, { now: NOW });
    expect(verdictOn(passport, info, policyState('{"minPinLenght": 6}'))).toMatchObject({
      allowed: false,
      refusals: [{ reason: 'policy/locked' }],
    });
  });

  it('refuses a model that is not on the list', () => {
    expect(reasons({ allowedAaguids: ['cb69481e-8ff7-4039-93ec-0a2729a154a8'] })).toEqual(['policy/key-not-allowed']);
  });

  it('counts a certification that the metadata proves, and never one that the key claims', () => {
    const policy: Policy = { minimumCertification: 'FIDO_CERTIFIED_L1plus' };
    const claiming = infoOf({ CERTIFICATIONS: new Map([['FIDO', 6]]) });
    expect(reasons(policy, { info: claiming })).toEqual(['policy/certification-unproved']);
    expect(reasons(policy, { reports: [{ status: 'FIDO_CERTIFIED_L1' }] })).toEqual(['policy/certification-too-low']);
    expect(reasons(policy, { reports: [{ status: 'FIDO_CERTIFIED_L2' }] })).toEqual([]);
  });

  it('refuses a model with a known fault under every policy', () => {
    expect(reasons({}, { reports: [{ status: 'FIDO_CERTIFIED_L3' }, { status: 'REVOKED' }] })).toEqual([
      'policy/compromised',
    ]);
  });

  it('refuses a key that cannot verify anybody, where verification is required', () => {
    const info = infoOf({ OPTIONS: new Map([['rk', true]]) });
    expect(reasons({ requireUserVerification: true }, { info })).toEqual(['policy/no-user-verification']);
    expect(reasons({ requireUserVerification: false }, { info })).toEqual([]);
  });

  it('refuses a key that takes shorter PINs, and says whether that can be helped', () => {
    expect(judge({ minPinLength: 6 }).refusals).toEqual([
      {
        reason: 'policy/pin-too-short',
        detail: 'the key takes PINs of 4, 6 is the least; its minimum can be raised',
      },
    ]);
    expect(reasons({ minPinLength: 6 }, { info: infoOf({ MIN_PIN_LENGTH: 6 }) })).toEqual([]);
    const withoutPin = infoOf({ OPTIONS: new Map([['uv', true]]) });
    expect(reasons({ minPinLength: 6 }, { info: withoutPin })).toEqual([]);
  });

  it('tells every reason at once', () => {
    expect(
      reasons({
        allowedAaguids: ['cb69481e-8ff7-4039-93ec-0a2729a154a8'],
        minimumCertification: 'FIDO_CERTIFIED_L2',
        minPinLength: 8,
      }),
    ).toEqual(['policy/key-not-allowed', 'policy/certification-unproved', 'policy/pin-too-short']);
  });
});
