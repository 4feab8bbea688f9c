import type { DeviceInfo } from '../ctap/get-info.js';
import type { KeyPassport, PassportWarning } from '../shared/passport.js';
import { aaguidText, NO_AAGUID } from './aaguid.js';
import { certificationOf } from './certification.js';
import { firmwareText } from './firmware.js';
import { isStale, type Metadata, type MetadataEntry } from './metadata.js';
import { modelOf, YUBICO } from './models.js';

/** What the cable says of a key. */
export interface FoundOnCable {
  /** The USB device's maker; empty where it does not say. */
  readonly manufacturer: string;
}

/** What is known besides. */
export interface PassportSources {
  readonly metadata?: Metadata | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Everything that can be said of a key from its getInfo alone: no PIN, no touch, no further command. It is the key's own word,
 * held against our table and the metadata; what it proves is proved when a passkey is made.
 */
export function passportOf(info: DeviceInfo, found: FoundOnCable, { metadata, now }: PassportSources): KeyPassport {
  const aaguid = aaguidText(info.aaguid);
  const entry = metadata?.entries.get(aaguid);
  const known = modelOf(aaguid);
  // Our table has the vendor apart from the model; a description of the metadata is one text.
  const model = known?.model ?? (entry?.metadataStatement?.description || undefined);
  const firmware = firmwareText(info, known?.vendor);
  const certification = certificationOf(info, entry, now);
  const { remainingDiscoverableCredentials: slotsLeft } = info;
  return {
    aaguid,
    ...(known && { vendor: known.vendor }),
    ...(model !== undefined && { model }),
    ...(firmware !== undefined && { firmware }),
    versions: [...info.versions],
    certification,
    ...(slotsLeft !== undefined && { slotsLeft }),
    pin: { state: stateOf(info, 'clientPin'), minLength: info.minPinLength, mustChange: info.forcePinChange },
    builtInUv: stateOf(info, 'uv'),
    alwaysUv: info.options.get('alwaysUv') === true,
    transports: [...info.transports],
    warnings: [
      ...aboutModel(aaguid, model, known?.vendor, found),
      ...aboutMetadata(info, metadata, entry, now),
      ...certification.disqualifications.map((detail) => ({ code: 'compromised' as const, detail })),
      ...(certification.source === 'key' ? [{ code: 'certification-only-claimed' as const }] : []),
      ...(info.forcePinChange ? [{ code: 'pin-must-change' as const }] : []),
      ...(slotsLeft === 0 ? [{ code: 'full' as const }] : []),
    ],
  };
}

function stateOf({ options }: DeviceInfo, option: string): 'set' | 'unset' | 'unsupported' {
  const value = options.get(option);
  if (value === undefined) return 'unsupported';
  return value ? 'set' : 'unset';
}

function aboutModel(
  aaguid: string,
  model: string | undefined,
  vendor: string | undefined,
  { manufacturer }: FoundOnCable,
): PassportWarning[] {
  if (model === undefined && aaguid !== NO_AAGUID) return [{ code: 'model-unknown', detail: aaguid }];
  // Makers build keys for each other and name the device as they like. Only one names it the same always, and is worth an imitation.
  const isYubicoByName = manufacturer.trim().toLowerCase() === YUBICO.toLowerCase();
  const differs = vendor !== undefined && manufacturer !== '' && isYubicoByName !== (vendor === YUBICO);
  return differs ? [{ code: 'vendor-differs', detail: `${manufacturer} / ${vendor}` }] : [];
}

function aboutMetadata(
  info: DeviceInfo,
  metadata: Metadata | undefined,
  entry: MetadataEntry | undefined,
  now: number,
): PassportWarning[] {
  if (!metadata) return [];
  const stale = isStale(metadata, now) ? [{ code: 'metadata-stale' as const, detail: metadata.nextUpdate }] : [];
  if (!entry) return [...stale, { code: 'not-in-metadata' }];
  const newest = entry.statusReports.findLast(({ status }) => status === 'UPDATE_AVAILABLE')?.authenticatorVersion;
  const isOld = newest !== undefined && info.firmwareVersion !== undefined && info.firmwareVersion < newest;
  const differences = differencesFrom(entry, info);
  return [
    ...stale,
    ...(isOld ? [{ code: 'update-available' as const, detail: String(newest) }] : []),
    ...(differences.length > 0 ? [{ code: 'differs-from-metadata' as const, detail: differences.join(', ') }] : []),
  ];
}

/**
 * Where the key's own word is less than its model's: versions, extensions and options that the metadata has and the key lacks. More is no
 * difference: firmware grows. States that a person sets, such as whether there is a PIN, are not compared, only whether there can be one.
 */
function differencesFrom({ metadataStatement }: MetadataEntry, info: DeviceInfo): string[] {
  const declared = metadataStatement?.authenticatorGetInfo;
  if (!declared) return [];
  return [
    ...declared.versions.filter((version) => !info.versions.includes(version)),
    ...declared.extensions.filter((extension) => !info.extensions.includes(extension)),
    ...Object.keys(declared.options).filter((option) => !info.options.has(option)),
  ].map((name) => `no ${name}`);
}
