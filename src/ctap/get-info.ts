import type { CborKey, CborMap, CborValue } from './codec/cbor.js';
import { CtapCommand } from './commands.js';
import { type Ctap2, DEFAULT_MAX_MESSAGE_SIZE } from './ctap2.js';
import { ResponseError } from './errors.js';
import { isBoolean, isBytes, isCount, isInteger, isListOf, isMap, isText, optional, required } from './members.js';
import type { CallOptions } from './transport.js';

/** Keys of the answer to authenticatorGetInfo (CTAP 2.3 §6.4). */
export const InfoKey = {
  VERSIONS: 0x01,
  EXTENSIONS: 0x02,
  AAGUID: 0x03,
  OPTIONS: 0x04,
  MAX_MSG_SIZE: 0x05,
  PIN_UV_AUTH_PROTOCOLS: 0x06,
  MAX_CREDENTIAL_COUNT_IN_LIST: 0x07,
  MAX_CREDENTIAL_ID_LENGTH: 0x08,
  TRANSPORTS: 0x09,
  ALGORITHMS: 0x0a,
  MAX_SERIALIZED_LARGE_BLOB_ARRAY: 0x0b,
  FORCE_PIN_CHANGE: 0x0c,
  MIN_PIN_LENGTH: 0x0d,
  FIRMWARE_VERSION: 0x0e,
  MAX_CRED_BLOB_LENGTH: 0x0f,
  MAX_RPIDS_FOR_SET_MIN_PIN_LENGTH: 0x10,
  PREFERRED_PLATFORM_UV_ATTEMPTS: 0x11,
  UV_MODALITY: 0x12,
  CERTIFICATIONS: 0x13,
  REMAINING_DISCOVERABLE_CREDENTIALS: 0x14,
  VENDOR_PROTOTYPE_CONFIG_COMMANDS: 0x15,
  ATTESTATION_FORMATS: 0x16,
  UV_COUNT_SINCE_LAST_PIN_ENTRY: 0x17,
  LONG_TOUCH_FOR_RESET: 0x18,
  ENC_IDENTIFIER: 0x19,
  TRANSPORTS_FOR_RESET: 0x1a,
  PIN_COMPLEXITY_POLICY: 0x1b,
  PIN_COMPLEXITY_POLICY_URL: 0x1c,
  MAX_PIN_LENGTH: 0x1d,
  ENC_CRED_STORE_STATE: 0x1e,
  AUTHENTICATOR_CONFIG_COMMANDS: 0x1f,
} as const;

/** What an authenticator says of itself, with the specification's defaults filled in. Members without a default may be undefined. */
export interface DeviceInfo {
  readonly versions: readonly string[];
  readonly extensions: readonly string[];
  /** 16 bytes that name the model. */
  readonly aaguid: Uint8Array;
  /** Absent is not false: absent means unsupported, false supported but not configured. */
  readonly options: ReadonlyMap<string, boolean>;
  /** The longest request in bytes. */
  readonly maxMsgSize: number;
  /** In the authenticator's order of preference. */
  readonly pinUvAuthProtocols: readonly number[];
  /** At least 1: keys that say nothing, or 0, take one credential a list. */
  readonly maxCredentialCountInList: number;
  readonly maxCredentialIdLength: number | undefined;
  readonly transports: readonly string[];
  /** COSE algorithms in the authenticator's order; undefined where it does not say. */
  readonly algorithms: readonly number[] | undefined;
  readonly maxSerializedLargeBlobArray: number | undefined;
  readonly forcePinChange: boolean;
  /** In code points. */
  readonly minPinLength: number;
  /** In code points. */
  readonly maxPinLength: number;
  readonly firmwareVersion: number | undefined;
  readonly maxCredBlobLength: number | undefined;
  readonly maxRpIdsForSetMinPinLength: number | undefined;
  readonly preferredPlatformUvAttempts: number | undefined;
  /** Bits of the FIDO registry's user verification methods. */
  readonly uvModality: number | undefined;
  readonly certifications: ReadonlyMap<string, number>;
  readonly remainingDiscoverableCredentials: number | undefined;
  readonly vendorPrototypeConfigCommands: readonly (number | bigint)[] | undefined;
  readonly attestationFormats: readonly string[];
  readonly uvCountSinceLastPinEntry: number | undefined;
  readonly longTouchForReset: boolean;
  readonly encIdentifier: Uint8Array | undefined;
  /** Undefined: every transport may be used. */
  readonly transportsForReset: readonly string[] | undefined;
  readonly pinComplexityPolicy: boolean | undefined;
  /** The bytes as they came: the specification does not promise that they are text. */
  readonly pinComplexityPolicyUrl: Uint8Array | undefined;
  readonly encCredStoreState: Uint8Array | undefined;
  readonly authenticatorConfigCommands: readonly number[] | undefined;
  /** Members that no version of the specification which we know has. */
  readonly others: ReadonlyMap<CborKey, CborValue>;
}

/** Asks the authenticator about itself, and lets `ctap` know how long a message it takes. */
export async function getInfo(ctap: Ctap2, options?: CallOptions): Promise<DeviceInfo> {
  const info = decodeInfo(await ctap.send(CtapCommand.GET_INFO, undefined, options));
  ctap.maxMessageSize = info.maxMsgSize;
  return info;
}

/** @throws ResponseError naming the member when one that must be there is missing, or one has another type */
export function decodeInfo(answer: CborMap): DeviceInfo {
  const count = (key: number, name: string) => optional(answer, key, name, isCount);
  const flag = (key: number, name: string) => optional(answer, key, name, isBoolean);
  const texts = (key: number, name: string) => optional(answer, key, name, isListOf(isText));
  const options = decodeFlags(answer);
  return {
    versions: required(answer, InfoKey.VERSIONS, 'versions', isListOf(isText)),
    extensions: texts(InfoKey.EXTENSIONS, 'extensions') ?? [],
    aaguid: decodeAaguid(answer),
    options,
    // Every key takes the default; one that says less would leave no room for anything, a fragment of a large blob, say.
    maxMsgSize: Math.max(DEFAULT_MAX_MESSAGE_SIZE, count(InfoKey.MAX_MSG_SIZE, 'maxMsgSize') ?? 0),
    // Keys made before protocols were numbered have a PIN and do not say which: it is protocol one.
    pinUvAuthProtocols:
      optional(answer, InfoKey.PIN_UV_AUTH_PROTOCOLS, 'pinUvAuthProtocols', isListOf(isCount)) ??
      (options.has('clientPin') ? [1] : []),
    maxCredentialCountInList: Math.max(1, count(InfoKey.MAX_CREDENTIAL_COUNT_IN_LIST, 'maxCredentialCountInList') ?? 1),
    maxCredentialIdLength: count(InfoKey.MAX_CREDENTIAL_ID_LENGTH, 'maxCredentialIdLength') || undefined,
    transports: texts(InfoKey.TRANSPORTS, 'transports') ?? [],
    algorithms: decodeAlgorithms(answer),
    maxSerializedLargeBlobArray: count(InfoKey.MAX_SERIALIZED_LARGE_BLOB_ARRAY, 'maxSerializedLargeBlobArray'),
    forcePinChange: flag(InfoKey.FORCE_PIN_CHANGE, 'forcePINChange') ?? false,
    minPinLength: count(InfoKey.MIN_PIN_LENGTH, 'minPINLength') ?? 4,
    maxPinLength: count(InfoKey.MAX_PIN_LENGTH, 'maxPINLength') ?? 63,
    firmwareVersion: count(InfoKey.FIRMWARE_VERSION, 'firmwareVersion'),
    maxCredBlobLength: count(InfoKey.MAX_CRED_BLOB_LENGTH, 'maxCredBlobLength'),
    maxRpIdsForSetMinPinLength: count(InfoKey.MAX_RPIDS_FOR_SET_MIN_PIN_LENGTH, 'maxRPIDsForSetMinPINLength'),
    preferredPlatformUvAttempts: count(InfoKey.PREFERRED_PLATFORM_UV_ATTEMPTS, 'preferredPlatformUvAttempts'),
    uvModality: count(InfoKey.UV_MODALITY, 'uvModality'),
    certifications: decodeCertifications(answer),
    remainingDiscoverableCredentials: count(
      InfoKey.REMAINING_DISCOVERABLE_CREDENTIALS,
      'remainingDiscoverableCredentials',
    ),
    vendorPrototypeConfigCommands: optional(
      answer,
      InfoKey.VENDOR_PROTOTYPE_CONFIG_COMMANDS,
      'vendorPrototypeConfigCommands',
      isListOf((value) => typeof value === 'number' || typeof value === 'bigint'),
    ),
    attestationFormats: texts(InfoKey.ATTESTATION_FORMATS, 'attestationFormats') ?? ['packed'],
    uvCountSinceLastPinEntry: count(InfoKey.UV_COUNT_SINCE_LAST_PIN_ENTRY, 'uvCountSinceLastPinEntry'),
    longTouchForReset: flag(InfoKey.LONG_TOUCH_FOR_RESET, 'longTouchForReset') ?? false,
    encIdentifier: optional(answer, InfoKey.ENC_IDENTIFIER, 'encIdentifier', isBytes),
    transportsForReset: texts(InfoKey.TRANSPORTS_FOR_RESET, 'transportsForReset'),
    pinComplexityPolicy: flag(InfoKey.PIN_COMPLEXITY_POLICY, 'pinComplexityPolicy'),
    pinComplexityPolicyUrl: optional(answer, InfoKey.PIN_COMPLEXITY_POLICY_URL, 'pinComplexityPolicyURL', isBytes),
    encCredStoreState: optional(answer, InfoKey.ENC_CRED_STORE_STATE, 'encCredStoreState', isBytes),
    authenticatorConfigCommands: optional(
      answer,
      InfoKey.AUTHENTICATOR_CONFIG_COMMANDS,
      'authenticatorConfigCommands',
      isListOf(isCount),
    ),
    others: new Map([...answer].filter(([key]) => !KNOWN_KEYS.has(key))),
  };
}

const KNOWN_KEYS = new Set<CborKey>(Object.values(InfoKey));

function decodeAaguid(answer: CborMap): Uint8Array {
  const aaguid = required(answer, InfoKey.AAGUID, 'aaguid', isBytes);
  if (aaguid.length !== 16) throw new ResponseError('aaguid', `has ${aaguid.length} bytes`);
  return aaguid;
}

function decodeFlags(answer: CborMap): ReadonlyMap<string, boolean> {
  const options = optional(answer, InfoKey.OPTIONS, 'options', isMap) ?? new Map<CborKey, CborValue>();
  return new Map(
    [...options].filter((entry): entry is [string, boolean] => isText(entry[0] as CborValue) && isBoolean(entry[1])),
  );
}

function decodeCertifications(answer: CborMap): ReadonlyMap<string, number> {
  const levels = optional(answer, InfoKey.CERTIFICATIONS, 'certifications', isMap) ?? new Map<CborKey, CborValue>();
  return new Map(
    [...levels].filter((entry): entry is [string, number] => isText(entry[0] as CborValue) && isInteger(entry[1])),
  );
}

function decodeAlgorithms(answer: CborMap): readonly number[] | undefined {
  const algorithms = optional(answer, InfoKey.ALGORITHMS, 'algorithms', isListOf(isMap));
  return algorithms
    ?.filter((entry) => entry.get('type') === 'public-key')
    .map((entry) => required(entry, 'alg', 'algorithms.alg', isInteger));
}

const SINCE_21: ReadonlySet<string> = new Set(['FIDO_2_1', 'FIDO_2_2', 'FIDO_2_3']);

/** Whether the authenticator is of CTAP 2.1 or later, previews of it not counted. */
export function isSince21({ versions }: DeviceInfo): boolean {
  return versions.some((version) => SINCE_21.has(version));
}
