import { describe, expect, it } from 'vitest';

import { aaguidText } from '../../src/passport/aaguid.js';
import type { Metadata } from '../../src/passport/metadata.js';
import { MetadataEntry } from '../../src/passport/metadata.js';
import { knownAaguids, modelOf } from '../../src/passport/models.js';
import { passportOf } from '../../src/passport/passport.js';
import { KeyPassport } from '../../src/shared/passport.js';
import { PROFILE_NAMES, profileOf } from '../../src/softkey/profile.js';
import { aaguidBytes, infoOf } from './info.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const YUBIKEY = { manufacturer: 'Yubico' };
const AAGUID = 'a25342c0-3cdc-4414-8e46-f4807fca511c';

/** Metadata with one entry, for the YubiKey of `infoOf`. */
function metadata(entry: object = {}, nextUpdate = '2026-12-01'): Metadata {
  const parsed = MetadataEntry.parse({ aaguid: AAGUID, statusReports: [], ...entry });
  return { no: 7, nextUpdate, entries: new Map([[AAGUID, parsed]]), unreadable: 0 };
}

const codes = (passport: KeyPassport) => passport.warnings.map(({ code }) => code);

describe('table of models', () => {
  it('names every generation of the software key', () => {
    for (const name of PROFILE_NAMES)
      expect(modelOf(aaguidText(profileOf(name).aaguid)), name).toMatchObject({ vendor: 'Keydesk' });
  });

  it('has each AAGUID once, as a UUID in small letters', () => {
    const all = knownAaguids();
    expect(all.length).toBeGreaterThan(90);
    for (const aaguid of all) expect(aaguid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('passport', () => {
  it('tells vendor, model, firmware, state and room from getInfo alone', () => {
    const passport = passportOf(infoOf(), YUBIKEY, { now: NOW });
    expect(KeyPassport.parse(passport)).toEqual({
      aaguid: AAGUID,
      vendor: 'Yubico',
      model: 'YubiKey 5 NFC',
      firmware: '5.7.1',
      versions: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1'],
      certification: { level: 'none', source: 'nobody', others: [], disqualifications: [] },
      slotsLeft: 97,
      pin: { state: 'set', minLength: 4, mustChange: false },
      builtInUv: 'unsupported',
      alwaysUv: false,
      transports: ['nfc', 'usb'],
      warnings: [],
    });
  });

  it('leaves the firmware of other vendors the number that it is', () => {
    const info = infoOf({ AAGUID: aaguidBytes('eabb46cc-e241-80bf-ae9e-96fa6d2975cf'), FIRMWARE_VERSION: 65_792 });
    expect(passportOf(info, { manufacturer: 'Token2' }, { now: NOW })).toMatchObject({
      vendor: 'Token2',
      firmware: '65792',
    });
  });

  it('warns of a model that nobody knows, and not of a key that names none', () => {
    const unknown = infoOf({ AAGUID: aaguidBytes('01234567-89ab-cdef-0123-456789abcdef') });
    expect(passportOf(unknown, YUBIKEY, { now: NOW }).warnings).toEqual([
      { code: 'model-unknown', detail: '01234567-89ab-cdef-0123-456789abcdef' },
    ]);
    expect(codes(passportOf(infoOf({ AAGUID: new Uint8Array(16) }), YUBIKEY, { now: NOW }))).toEqual([]);
  });

  it('warns when the device says another maker than its AAGUID, in either direction', () => {
    expect(codes(passportOf(infoOf(), { manufacturer: 'Cheap Keys Ltd' }, { now: NOW }))).toEqual(['vendor-differs']);
    const solo = infoOf({ AAGUID: aaguidBytes('8876631b-d4a0-427f-5773-0ec71c9e0279') });
    expect(codes(passportOf(solo, YUBIKEY, { now: NOW }))).toEqual(['vendor-differs']);
    expect(codes(passportOf(infoOf(), { manufacturer: '' }, { now: NOW }))).toEqual([]);
  });

  it('shows a certification that the key claims as a claim', () => {
    const info = infoOf({
      CERTIFICATIONS: new Map([
        ['FIDO', 3],
        ['FIPS-CMVP-3', 2],
      ]),
    });
    const passport = passportOf(info, YUBIKEY, { now: NOW });
    expect(passport.certification).toEqual({
      level: 'FIDO_CERTIFIED_L2',
      source: 'key',
      others: ['FIPS-CMVP-3 2'],
      disqualifications: [],
    });
    expect(codes(passport)).toEqual(['certification-only-claimed']);
  });

  it('warns of a full key and of a PIN that must be changed', () => {
    const info = infoOf({ REMAINING_DISCOVERABLE_CREDENTIALS: 0, FORCE_PIN_CHANGE: true });
    expect(codes(passportOf(info, YUBIKEY, { now: NOW }))).toEqual(['pin-must-change', 'full']);
  });
});

describe('passport with metadata', () => {
  const at = (entry: object, info = infoOf()) => passportOf(info, YUBIKEY, { metadata: metadata(entry), now: NOW });

  it('takes the level of the newest report, not the highest', () => {
    const statusReports = [
      { status: 'FIDO_CERTIFIED_L2', effectiveDate: '2024-01-01' },
      { status: 'FIDO_CERTIFIED_L1', effectiveDate: '2025-01-01' },
      { status: 'FIPS140_CERTIFIED_L2', effectiveDate: '2025-02-01' },
    ];
    expect(at({ statusReports }).certification).toEqual({
      level: 'FIDO_CERTIFIED_L1',
      source: 'metadata',
      others: ['FIPS140_CERTIFIED_L2'],
      disqualifications: [],
    });
  });

  it('leaves out reports of days to come, and certifications of firmware newer than the key has', () => {
    const statusReports = [
      { status: 'FIDO_CERTIFIED_L1', effectiveDate: '2024-01-01' },
      { status: 'FIDO_CERTIFIED_L2', effectiveDate: '2025-01-01', authenticatorVersion: 0x050800 },
      { status: 'FIDO_CERTIFIED_L3', effectiveDate: '2027-01-01' },
    ];
    expect(at({ statusReports }).certification.level).toBe('FIDO_CERTIFIED_L1');
  });

  it.each([
    'REVOKED',
    'USER_VERIFICATION_BYPASS',
    'ATTESTATION_KEY_COMPROMISE',
    'USER_KEY_REMOTE_COMPROMISE',
    'USER_KEY_PHYSICAL_COMPROMISE',
  ])('holds %s against the model, whatever was certified later', (status) => {
    const statusReports = [
      { status, effectiveDate: '2024-01-01' },
      { status: 'FIDO_CERTIFIED_L2', effectiveDate: '2025-01-01' },
    ];
    const passport = at({ statusReports });
    expect(passport.certification.disqualifications).toEqual([status]);
    expect(passport.warnings).toEqual([{ code: 'compromised', detail: status }]);
  });

  it('does not hold one lost batch of attestation keys against the model', () => {
    const passport = at({ statusReports: [{ status: 'ATTESTATION_KEY_COMPROMISE', certificate: 'MIIB' }] });
    expect(passport.certification.disqualifications).toEqual([]);
  });

  it('tells what the key lacks of its model, an update, and metadata that is old or lacks the model', () => {
    const statement = {
      description: 'A key',
      authenticatorGetInfo: { versions: ['FIDO_2_0'], extensions: ['credBlob'], options: { rk: true, ep: false } },
    };
    const statusReports = [{ status: 'UPDATE_AVAILABLE', authenticatorVersion: 0x050702 }];
    expect(at({ metadataStatement: statement, statusReports }).warnings).toEqual([
      { code: 'update-available', detail: String(0x050702) },
      { code: 'differs-from-metadata', detail: 'no credBlob, no ep' },
    ]);
    expect(codes(passportOf(infoOf(), YUBIKEY, { metadata: metadata({}, '2026-11-22'), now: NOW }))).toEqual([
      'metadata-stale',
    ]);
    const other = infoOf({ AAGUID: aaguidBytes('eabb46cc-e241-80bf-ae9e-96fa6d2975cf') });
    expect(codes(passportOf(other, { manufacturer: '' }, { metadata: metadata(), now: NOW }))).toEqual([
      'not-in-metadata',
    ]);
  });

  it('names a model by the metadata where our table does not know it', () => {
    const aaguid = '01234567-89ab-cdef-0123-456789abcdef';
    const entry = MetadataEntry.parse({ aaguid, statusReports: [], metadataStatement: { description: 'New Key 9' } });
    const known = { ...metadata(), entries: new Map([[aaguid, entry]]) };
    const passport = passportOf(infoOf({ AAGUID: aaguidBytes(aaguid) }), YUBIKEY, { metadata: known, now: NOW });
    expect(passport).toMatchObject({ model: 'New Key 9', warnings: [] });
    expect(passport.vendor).toBeUndefined();
  });
});
