import { fromHex } from '../ctap/codec/bytes.js';
import { CoseAlgorithm } from '../ctap/codec/cose.js';
import { ConfigSubcommand } from '../ctap/commands.js';
import { CtapStatus } from '../ctap/status.js';

/** Generations of CTAP2. */
export type Ctap2ProfileName = '2.0' | '2.1-pre' | '2.1' | '2.3';
/** The last one is a key from before CTAP2, which speaks U2F only. */
export type ProfileName = Ctap2ProfileName | 'u2f';

/** A generation of security keys: what it offers, and where the specification of its time differs. */
export interface Profile {
  readonly name: ProfileName;
  readonly versions: readonly string[];
  readonly speaksCtap2: boolean;
  readonly speaksU2f: boolean;
  /** 16 bytes of our own, one for each profile: the model, as relying parties see it. */
  readonly aaguid: Uint8Array;
  readonly extensions: readonly string[];
  /** The longest credBlob in bytes, where there are any. */
  readonly maxCredBlobLength: number | undefined;
  /** Room for the serialized large-blob array in bytes, where there is one (CTAP 2.1 §6.10). */
  readonly maxSerializedLargeBlobArray: number | undefined;
  /** PIN/UV auth protocols, the preferred one first. */
  readonly pinProtocols: readonly (1 | 2)[];
  /** COSE algorithms, the preferred one first. */
  readonly algorithms: readonly number[];
  /** The longest request in bytes; CTAP 2.0 keys may leave it unsaid, which means 1024. */
  readonly maxMsgSize: number;
  readonly maxCredentialCountInList: number | undefined;
  readonly maxCredentialIdLength: number | undefined;
  /** Tokens with permissions, RP ID and timers (CTAP 2.1 §6.5.2); otherwise one token serves until the power goes. */
  readonly pinUvAuthToken: boolean;
  /** A token is forgotten after its first use, which no specification has. */
  readonly oneUseTokens: boolean;
  /** No token for two permissions at once, which no specification has. */
  readonly onePermissionTokens: boolean;
  /** An assertion without a touch takes one all the same, which no specification has. */
  readonly noSilence: boolean;
  /** Credentials that are not discoverable can be made without the PIN, even where one is set (CTAP 2.1 §6.4). */
  readonly makeCredUvNotRqd: boolean;
  readonly credentialManagement: boolean;
  /** The vendor prototypes that keys had before CTAP 2.1 (commands 0x40 and 0x41), and many have to this day. */
  readonly previews: boolean;
  /** authenticatorSelection (0x0B). */
  readonly selection: boolean;
  /** How long after power-up the key may be reset, in ms (CTAP 2.2 §6.6). */
  readonly resetWindowMs: number;
  /** Cables over which it takes a reset; getInfo tells since CTAP 2.2. */
  readonly transportsForReset: readonly string[];
  /** Subcommands of authenticatorConfig (0x0D); none: the command is not there. */
  readonly configCommands: readonly ConfigSubcommand[];
  /** How many relying parties may be told the shortest length of PINs (setMinPINLength). */
  readonly maxRpIdsForSetMinPinLength: number;
  /** A token that only lists credentials, and survives the power cycle (CTAP 2.3, permission pcmr). */
  readonly persistentToken: boolean;
  readonly pinPolicy: PinPolicy;
  /** Undefined: no fingerprint sensor. */
  readonly sensor: SensorModel | undefined;
  /** A PIN is for managing the key; to make and use credentials it takes a finger (noMcGaPermissionsWithClientPin). */
  readonly pinOnlyManages: boolean;
  /** How packed attestation is signed: by the credential's own key, or by a key of the model with its certificate. */
  readonly attestation: 'self' | 'basic';
  /** Relying parties that are told, by an attestation, which very key it is (vendor-facilitated); undefined: none can be. */
  readonly enterpriseRpIds: readonly string[] | undefined;
  /** Whether getInfo has the members that drafts of CTAP 2.1 added, those of 2.1 itself, and those of CTAP 2.2 and 2.3. */
  readonly infoSince: readonly ('2.1-pre' | '2.1' | '2.3')[];
  /** Attestation formats, the preferred one first; undefined where getInfo does not tell and packed is the only one. */
  readonly attestationFormats: readonly string[] | undefined;
  /** Statuses that changed from one specification to the next. */
  readonly statuses: {
    /** The option `uv` where there is no built-in user verification. */
    readonly uvNotSupported: CtapStatus;
    /** The option `rk` of getAssertion. */
    readonly rkInAssertion: CtapStatus;
    /** A pinUvAuthParam of a protocol that there is not, in makeCredential and getAssertion. */
    readonly unknownPinProtocol: CtapStatus;
    readonly unknownSubcommand: CtapStatus;
  };
}

/** Code points (CTAP 2.2 §6.5.1) and bytes of a PIN. */
export const MIN_PIN_LENGTH = 4;
export const MAX_PIN_BYTES = 63;

/** What a model wants of PINs. */
interface PinPolicy {
  /** Code points. What authenticatorConfig sets adds to it. */
  readonly minLength: number;
  /** Code points. */
  readonly maxLength: number;
  /** Refuses PINs that are too simple: one character over and over, or a run such as 2345. */
  readonly complexity: boolean;
  /** Where people can read about that. */
  readonly complexityUrl: string | undefined;
}

/** What a model's fingerprint sensor is like. */
export interface SensorModel {
  /** Good samples that make a template. */
  readonly samples: number;
  /** Templates that there is room for. */
  readonly capacity: number;
  /** The longest name of a template, in bytes. */
  readonly maxNameLength: number;
  /** How often a platform should ask before it asks for the PIN instead; with 1, the sensor repeats by itself. */
  readonly attempts: number;
  /** A finger that is known gives leave to enrol others (uvBioEnroll); else only the PIN does. */
  readonly enrolsByFinger: boolean;
}

const USUAL_SENSOR: SensorModel = { samples: 5, capacity: 5, maxNameLength: 32, attempts: 3, enrolsByFinger: false };

const ANY_PIN: PinPolicy = {
  minLength: MIN_PIN_LENGTH,
  maxLength: MAX_PIN_BYTES,
  complexity: false,
  complexityUrl: undefined,
};

const v20: Profile = {
  name: '2.0',
  versions: ['U2F_V2', 'FIDO_2_0'],
  speaksCtap2: true,
  speaksU2f: true,
  aaguid: fromHex('4b657964 65736b20 8f0d 2b1c5d7e9a20'),
  extensions: ['hmac-secret'],
  maxCredBlobLength: undefined,
  maxSerializedLargeBlobArray: undefined,
  pinProtocols: [1],
  algorithms: [CoseAlgorithm.ES256, CoseAlgorithm.EDDSA, CoseAlgorithm.RS256],
  maxMsgSize: 1024,
  maxCredentialCountInList: undefined,
  maxCredentialIdLength: undefined,
  pinUvAuthToken: false,
  oneUseTokens: false,
  onePermissionTokens: false,
  noSilence: false,
  makeCredUvNotRqd: false,
  credentialManagement: false,
  previews: false,
  selection: false,
  resetWindowMs: 10_000,
  transportsForReset: ['usb'],
  configCommands: [],
  maxRpIdsForSetMinPinLength: 0,
  persistentToken: false,
  pinPolicy: ANY_PIN,
  sensor: undefined,
  pinOnlyManages: false,
  attestation: 'self',
  enterpriseRpIds: undefined,
  infoSince: [],
  attestationFormats: undefined,
  // CTAP 2.0 §5.1 steps 3 and 7: known options that are not supported, or not valid for the command.
  statuses: {
    uvNotSupported: CtapStatus.UNSUPPORTED_OPTION,
    rkInAssertion: CtapStatus.INVALID_OPTION,
    unknownPinProtocol: CtapStatus.PIN_AUTH_INVALID,
    unknownSubcommand: CtapStatus.INVALID_PARAMETER,
  },
};

/** What was sold while CTAP 2.1 was being written: prototypes of its commands, and tokens that are still those of 2.0. */
const v21Pre: Profile = {
  ...v20,
  name: '2.1-pre',
  versions: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE'],
  aaguid: fromHex('4b657964 65736b21 8f0d 2b1c5d7e9a1f'),
  extensions: ['credProtect', 'hmac-secret'],
  maxMsgSize: 1200,
  maxCredentialCountInList: 8,
  maxCredentialIdLength: 128,
  previews: true,
  infoSince: ['2.1-pre'],
};

const v21: Profile = {
  ...v20,
  name: '2.1',
  versions: ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1'],
  aaguid: fromHex('4b657964 65736b21 8f0d 2b1c5d7e9a21'),
  extensions: ['credBlob', 'credProtect', 'hmac-secret', 'largeBlobKey', 'minPinLength'],
  maxCredBlobLength: 32,
  maxSerializedLargeBlobArray: 2048,
  pinProtocols: [2, 1],
  maxMsgSize: 1200,
  maxCredentialCountInList: 8,
  maxCredentialIdLength: 128,
  pinUvAuthToken: true,
  makeCredUvNotRqd: true,
  credentialManagement: true,
  selection: true,
  configCommands: [
    ConfigSubcommand.ENABLE_ENTERPRISE_ATTESTATION,
    ConfigSubcommand.TOGGLE_ALWAYS_UV,
    ConfigSubcommand.SET_MIN_PIN_LENGTH,
  ],
  maxRpIdsForSetMinPinLength: 4,
  enterpriseRpIds: [],
  infoSince: ['2.1-pre', '2.1'],
  statuses: {
    uvNotSupported: CtapStatus.INVALID_OPTION,
    rkInAssertion: CtapStatus.UNSUPPORTED_OPTION,
    unknownPinProtocol: CtapStatus.INVALID_PARAMETER,
    unknownSubcommand: CtapStatus.INVALID_SUBCOMMAND,
  },
};

const v23: Profile = {
  ...v21,
  name: '2.3',
  versions: ['FIDO_2_0', 'FIDO_2_1', 'FIDO_2_3'],
  speaksU2f: false,
  aaguid: fromHex('4b657964 65736b23 8f0d 2b1c5d7e9a23'),
  configCommands: [...v21.configCommands, ConfigSubcommand.ENABLE_LONG_TOUCH_FOR_RESET],
  persistentToken: true,
  extensions: [...v21.extensions, 'hmac-secret-mc', 'thirdPartyPayment'],
  infoSince: ['2.1-pre', '2.1', '2.3'],
  attestationFormats: ['packed', 'none'],
};

const u2f: Profile = {
  ...v20,
  name: 'u2f',
  versions: ['U2F_V2'],
  speaksCtap2: false,
  algorithms: [CoseAlgorithm.ES256],
};

const PROFILES: Readonly<Record<ProfileName, Profile>> = { u2f, '2.0': v20, '2.1-pre': v21Pre, '2.1': v21, '2.3': v23 };

export const PROFILE_NAMES: readonly Ctap2ProfileName[] = ['2.0', '2.1-pre', '2.1', '2.3'];
export const ALL_PROFILE_NAMES: readonly ProfileName[] = ['u2f', ...PROFILE_NAMES];

export interface ProfileOptions {
  /** COSE algorithms instead of the profile's, the preferred one first. */
  readonly algorithms?: readonly number[];
  /** What the model wants of PINs, where that is more than the specification does. */
  readonly pinPolicy?: Partial<PinPolicy>;
  /** Signs attestations with a key and a certificate of the model instead of the credential's own key. */
  readonly attestation?: 'self' | 'basic';
  /** Relying parties that this key names itself to once enterprise attestation is enabled; not for CTAP 2.0. */
  readonly enterpriseRpIds?: readonly string[];
  /** Gives the key a fingerprint sensor, of another make where members are given; not for CTAP 2.0. */
  readonly fingerprints?: boolean | Partial<SensorModel>;
  /** Offers the prototypes of commands besides those of CTAP 2.1, as many keys do that clients of before are to know. */
  readonly previews?: boolean;
  /** How long after power-up the key may be reset, in ms, instead of the ten seconds of the specification: some makers take five. */
  readonly resetWindowMs?: number;
  /** Cables over which the key takes a reset; without `usb` it never does here. */
  readonly transportsForReset?: readonly string[];
  /** Leaves out credential management: its passkeys can be used, and not listed. */
  readonly listsNothing?: boolean;
  /** Makes it a key whose PIN serves for management alone. */
  readonly pinOnlyManages?: boolean;
}

/** The profile of that name, altered by options. Throws a RangeError for an algorithm that the software key lacks, or a sensor on CTAP 2.0. */
export function profileOf(name: ProfileName, options: ProfileOptions = {}): Profile {
  const profile = PROFILES[name];
  const { algorithms = profile.algorithms, fingerprints = false, previews = false, listsNothing = false } = options;
  const unknown = algorithms.find((algorithm) => !v20.algorithms.includes(algorithm));
  if (unknown !== undefined) throw new RangeError(`COSE algorithm ${unknown} is none that the software key has`);
  if (algorithms.length === 0) throw new RangeError('A key without any algorithm');
  if (fingerprints !== false && name === '2.0') throw new RangeError('A key of CTAP 2.0 cannot enrol fingerprints');
  return {
    ...profile,
    algorithms,
    credentialManagement: profile.credentialManagement && !listsNothing,
    persistentToken: profile.persistentToken && !listsNothing,
    previews: (previews || profile.previews) && !listsNothing,
    versions: previews ? withPreview(profile.versions) : profile.versions,
    attestation: options.attestation ?? profile.attestation,
    enterpriseRpIds: profile.enterpriseRpIds && (options.enterpriseRpIds ?? profile.enterpriseRpIds),
    pinPolicy: { ...profile.pinPolicy, ...options.pinPolicy },
    sensor: fingerprints === false ? undefined : { ...USUAL_SENSOR, ...(fingerprints === true ? {} : fingerprints) },
    resetWindowMs: options.resetWindowMs ?? profile.resetWindowMs,
    transportsForReset: options.transportsForReset ?? profile.transportsForReset,
    pinOnlyManages: options.pinOnlyManages ?? profile.pinOnlyManages,
  };
}

/** FIDO_2_1_PRE stands between 2.0 and 2.1. */
function withPreview(versions: readonly string[]): readonly string[] {
  const since = versions.indexOf('FIDO_2_0') + 1;
  return [...new Set([...versions.slice(0, since), 'FIDO_2_1_PRE', ...versions.slice(since)])];
}
