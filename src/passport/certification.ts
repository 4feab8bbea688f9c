import type { DeviceInfo } from '../ctap/get-info.js';
import { CERTIFICATION_LEVELS, type CertificationLevel, type KeyPassport } from '../shared/passport.js';
import { dayOf, type MetadataEntry, type StatusReport } from './metadata.js';

type Certification = KeyPassport['certification'];

/**
 * Reports that speak against a model (FIDO Metadata Service 3.0 §3.1.4): whatever else is said of it, it is not to be trusted. They are
 * never outweighed by a later certification: whether an update has mended the fault on this very key cannot be told before a touch.
 */
const AGAINST: ReadonlySet<string> = new Set([
  'REVOKED',
  'USER_VERIFICATION_BYPASS',
  'ATTESTATION_KEY_COMPROMISE',
  'USER_KEY_REMOTE_COMPROMISE',
  'USER_KEY_PHYSICAL_COMPROMISE',
]);

/** getInfo's numbers for the scheme FIDO (CTAP 2.1 §7.3.1), from 1. */
const CLAIMED_LEVELS: readonly CertificationLevel[] = [
  'none',
  'FIDO_CERTIFIED_L1',
  'FIDO_CERTIFIED_L1plus',
  'FIDO_CERTIFIED_L2',
  'FIDO_CERTIFIED_L2plus',
  'FIDO_CERTIFIED_L3',
  'FIDO_CERTIFIED_L3plus',
];

/**
 * How well a key is certified: by the metadata where it has an entry, else as the key claims.
 * @param now milliseconds since 1970
 */
export function certificationOf(info: DeviceInfo, entry: MetadataEntry | undefined, now: number): Certification {
  if (entry) return byMetadata(entry, info.firmwareVersion, now);
  const level = CLAIMED_LEVELS[info.certifications.get('FIDO') ?? 0] ?? 'none';
  const others = [...info.certifications].flatMap(([scheme, number]) =>
    scheme === 'FIDO' ? [] : [`${scheme} ${number}`],
  );
  const isSilent = level === 'none' && others.length === 0;
  return { level, source: isSilent ? 'nobody' : 'key', others, disqualifications: [] };
}

function byMetadata({ statusReports }: MetadataEntry, firmware: number | undefined, now: number): Certification {
  const inForce = statusReports.filter(
    ({ effectiveDate }) => effectiveDate === undefined || effectiveDate <= dayOf(now),
  );
  const ofThisFirmware = inForce.filter((report) => appliesTo(report, firmware));
  const others = ofThisFirmware.map(({ status }) => status).filter((status) => status.startsWith('FIPS140_'));
  return {
    level: latestLevel(ofThisFirmware),
    source: 'metadata',
    others: [...new Set(others)],
    // One batch of attestation keys, named by its certificate, does not condemn the model: `attestation.ts` looks for that certificate.
    disqualifications: [
      ...new Set(
        inForce.filter(({ status, certificate }) => AGAINST.has(status) && !certificate).map(({ status }) => status),
      ),
    ],
  };
}

/** A certification counts for the firmware that it names and for later ones. */
function appliesTo({ authenticatorVersion }: StatusReport, firmware: number | undefined): boolean {
  return authenticatorVersion === undefined || firmware === undefined || firmware >= authenticatorVersion;
}

const LEVELS: ReadonlySet<string> = new Set(CERTIFICATION_LEVELS);

/** The newest report decides; of the same day, or of none, the later in the list. */
function latestLevel(reports: readonly StatusReport[]): CertificationLevel {
  let level: CertificationLevel = 'none';
  let since = '';
  for (const { status, effectiveDate = since } of reports) {
    if (effectiveDate < since) continue;
    if (isLevel(status)) level = status;
    else if (status === 'NOT_FIDO_CERTIFIED') level = 'none';
    else continue;
    since = effectiveDate;
  }
  return level;
}

function isLevel(status: string): status is CertificationLevel {
  return LEVELS.has(status);
}

/** Whether `level` is at least `least`. */
export function reaches(level: CertificationLevel, least: CertificationLevel): boolean {
  return CERTIFICATION_LEVELS.indexOf(level) >= CERTIFICATION_LEVELS.indexOf(least);
}
