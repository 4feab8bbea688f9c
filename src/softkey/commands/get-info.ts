import { utf8 } from '../../ctap/codec/bytes.js';
import type { CborKey, CborMap, CborValue } from '../../ctap/codec/cbor.js';
import { ConfigSubcommand as Subcommand } from '../../ctap/commands.js';
import { InfoKey as Member } from '../../ctap/get-info.js';
import { U2F_VERSION } from '../../ctap/u2f/u2f.js';
import { shortestPin } from '../pin/pin-policy.js';
import { sealedMembers } from '../pin/persistent-token.js';
import type { Profile } from '../profile.js';
import type { Command, CommandContext } from './command.js';
import { PUBLIC_KEY } from './parameters.js';

const FIRMWARE_VERSION = 1;
/** USER_VERIFY_FINGERPRINT_INTERNAL (FIDO Registry of Predefined Values 2.2, §3.1). */
const FINGERPRINT_INTERNAL = 0x02;

/** authenticatorGetInfo (CTAP 2.2 §6.4). */
export const getInfo: Command = (context) => {
  const { profile } = context;
  const members: [CborKey, CborValue][] = [
    [Member.VERSIONS, versions(context)],
    [Member.AAGUID, profile.aaguid],
    [Member.OPTIONS, options(context)],
    [Member.PIN_UV_AUTH_PROTOCOLS, profile.pinProtocols],
  ];
  if (profile.extensions.length > 0) members.push([Member.EXTENSIONS, profile.extensions]);
  if (profile.infoSince.includes('2.1-pre')) members.push(...sinceDrafts(profile));
  if (profile.infoSince.includes('2.1')) members.push(...since21(context));
  if (profile.infoSince.includes('2.3')) members.push(...since23(context));
  return new Map(members);
};

/** U2F knows no user verification: a key that always wants it does not speak U2F any more (CTAP 2.1 §7.2.4). */
function versions({ profile, memory }: CommandContext): readonly string[] {
  return profile.versions.filter((version) => version !== U2F_VERSION || !memory.state.config.alwaysUv);
}

/** Options that are absent are not supported; false ones are supported and not configured. */
function options({ profile, memory }: CommandContext): CborMap {
  const { pin, config } = memory.state;
  const pinIsSet = pin !== undefined;
  const configures = (subcommand: Subcommand) => profile.configCommands.includes(subcommand);
  const fingerIsKnown = memory.state.fingerprints.length > 0;
  const list: [string, boolean | undefined][] = [
    ['rk', true],
    ['up', true],
    ['plat', false],
    ['clientPin', pinIsSet],
    ['largeBlobs', profile.maxSerializedLargeBlobArray === undefined ? undefined : true],
    ['credMgmt', profile.credentialManagement || undefined],
    ['credentialMgmtPreview', profile.previews || undefined],
    ['uv', profile.sensor && fingerIsKnown],
    ['bioEnroll', profile.pinUvAuthToken && profile.sensor ? fingerIsKnown : undefined],
    ['userVerificationMgmtPreview', profile.previews && profile.sensor ? fingerIsKnown : undefined],
    ['uvBioEnroll', (profile.pinUvAuthToken && profile.sensor?.enrolsByFinger) || undefined],
    ['noMcGaPermissionsWithClientPin', profile.pinOnlyManages || undefined],
    ['pinUvAuthToken', profile.pinUvAuthToken || undefined],
    ['makeCredUvNotRqd', profile.makeCredUvNotRqd ? !config.alwaysUv : undefined],
    ['authnrCfg', profile.configCommands.length > 0 || undefined],
    ['uvAcfg', (profile.sensor && profile.configCommands.length > 0) || undefined],
    ['alwaysUv', configures(Subcommand.TOGGLE_ALWAYS_UV) ? config.alwaysUv : undefined],
    ['setMinPINLength', configures(Subcommand.SET_MIN_PIN_LENGTH) || undefined],
    ['ep', profile.enterpriseRpIds && config.enterpriseAttestation],
    ['perCredMgmtRO', profile.persistentToken || undefined],
  ];
  return new Map(list.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function sinceDrafts(profile: Profile): [CborKey, CborValue][] {
  const { maxCredentialCountInList, maxCredentialIdLength } = profile;
  return [
    [Member.MAX_MSG_SIZE, profile.maxMsgSize],
    ...optional(Member.MAX_CREDENTIAL_COUNT_IN_LIST, maxCredentialCountInList),
    ...optional(Member.MAX_CREDENTIAL_ID_LENGTH, maxCredentialIdLength),
    [Member.TRANSPORTS, ['usb']],
    [Member.ALGORITHMS, profile.algorithms.map(algorithm)],
  ];
}

function since21(context: CommandContext): [CborKey, CborValue][] {
  const { profile, memory, capacity } = context;
  const tellsMinPinLength = profile.configCommands.includes(Subcommand.SET_MIN_PIN_LENGTH);
  return [
    ...optional(Member.MAX_SERIALIZED_LARGE_BLOB_ARRAY, profile.maxSerializedLargeBlobArray),
    [Member.FORCE_PIN_CHANGE, memory.state.config.forcePinChange],
    [Member.MIN_PIN_LENGTH, shortestPin(context)],
    [Member.FIRMWARE_VERSION, FIRMWARE_VERSION],
    ...optional(Member.MAX_CRED_BLOB_LENGTH, profile.maxCredBlobLength),
    ...optional(
      Member.MAX_RPIDS_FOR_SET_MIN_PIN_LENGTH,
      tellsMinPinLength ? profile.maxRpIdsForSetMinPinLength : undefined,
    ),
    ...optional(Member.PREFERRED_PLATFORM_UV_ATTEMPTS, profile.sensor?.attempts),
    ...optional(Member.UV_MODALITY, profile.sensor && FINGERPRINT_INTERNAL),
    [Member.REMAINING_DISCOVERABLE_CREDENTIALS, Math.max(0, capacity - memory.state.credentials.length)],
  ];
}

function since23({ profile, memory }: CommandContext): [CborKey, CborValue][] {
  const { pinPolicy } = profile;
  return [
    ...optional(Member.ATTESTATION_FORMATS, profile.attestationFormats),
    [Member.LONG_TOUCH_FOR_RESET, memory.state.config.longTouchForReset],
    ...(profile.persistentToken ? sealedMembers(memory.state) : []),
    [Member.TRANSPORTS_FOR_RESET, profile.transportsForReset],
    [Member.PIN_COMPLEXITY_POLICY, pinPolicy.complexity],
    ...optional(Member.PIN_COMPLEXITY_POLICY_URL, pinPolicy.complexityUrl && utf8(pinPolicy.complexityUrl)),
    [Member.MAX_PIN_LENGTH, pinPolicy.maxLength],
    [Member.AUTHENTICATOR_CONFIG_COMMANDS, profile.configCommands],
  ];
}

function algorithm(alg: number): CborMap {
  return new Map<string, CborValue>([
    ['alg', alg],
    ['type', PUBLIC_KEY],
  ]);
}

function optional(member: number, value: CborValue | undefined): [CborKey, CborValue][] {
  return value === undefined ? [] : [[member, value]];
}
