import { randomBytes } from 'node:crypto';

import { concat } from '../../ctap/codec/bytes.js';
import type { CborMap, CborValue } from '../../ctap/codec/cbor.js';
import { Permission, PinSubcommand } from '../../ctap/commands.js';
import { PinParameter as Key, PinResult as Member } from '../../ctap/pin/client-pin.js';
import { type PinProtocol, verify } from '../../ctap/pin/protocol.js';
import { CtapStatus } from '../../ctap/status.js';
import { type Fields, refuse, required } from '../fields.js';
import { newPin } from '../pin/pin-policy.js';
import type { Profile, SensorModel } from '../profile.js';
import { MAX_PIN_RETRIES, type StoredPin } from '../store/key-state.js';
import type { Command, CommandContext } from './command.js';
import { pinProtocolOf } from './parameters.js';
import { INTERNAL_ATTEMPTS, knowsFingers, recognise } from './verify-user.js';

/** What a token may do that was asked for without permissions, on a key that has them (§6.5.5.7.1). */
const DEFAULT_PERMISSIONS = Permission.MAKE_CREDENTIAL | Permission.GET_ASSERTION;
const NONE = 0;
const PERSISTENT_TOKEN_LENGTH = 32;

/** authenticatorClientPIN (CTAP 2.2 §6.5.5). */
export const clientPin: Command = (context, params) => {
  const { profile } = context;
  const subcommand = required(params.integer(Key.SUBCOMMAND));
  switch (subcommand) {
    case PinSubcommand.GET_RETRIES:
      return getRetries(context);
    case PinSubcommand.GET_KEY_AGREEMENT:
      return getKeyAgreement(context, params);
    case PinSubcommand.SET_PIN:
      return setPin(context, params);
    case PinSubcommand.CHANGE_PIN:
      return changePin(context, params);
    case PinSubcommand.GET_PIN_TOKEN:
      return getPinToken(context, params);
    case PinSubcommand.GET_TOKEN_USING_UV:
      if (profile.pinUvAuthToken && profile.sensor) return getTokenUsingUv(context, params, profile.sensor);
      break;
    case PinSubcommand.GET_UV_RETRIES:
      if (profile.sensor) return new Map([[Member.UV_RETRIES, context.memory.state.uvRetries]]);
      break;
    case PinSubcommand.GET_TOKEN_USING_PIN:
      if (profile.pinUvAuthToken) return getTokenUsingPin(context, params);
  }
  return refuse(profile.statuses.unknownSubcommand);
};

/** getPINRetries (§6.5.5.2). */
function getRetries({ memory, power, profile }: CommandContext): CborMap {
  const answer = new Map<number, CborValue>([[Member.PIN_RETRIES, memory.state.pinRetries]]);
  if (profile.infoSince.includes('2.1')) answer.set(Member.POWER_CYCLE_STATE, power.pinGuard.needsPowerCycle);
  return answer;
}

/** getKeyAgreement (§6.5.5.4). */
function getKeyAgreement({ power, profile }: CommandContext, params: Fields): CborMap {
  const protocol = pinProtocolOf(params.integer(Key.PROTOCOL), profile);
  return new Map([[Member.KEY_AGREEMENT, power.keyAgreements.of(protocol).publicKey()]]);
}

/** setPIN (§6.5.5.5). */
async function setPin(context: CommandContext, params: Fields): Promise<undefined> {
  // Step 1: mandatory parameters
  const peer = peerOf(context, params);
  const newPinEnc = required(params.bytes(Key.NEW_PIN_ENC));
  const param = required(params.bytes(Key.AUTH_PARAM));
  // Step 3: a PIN is there already
  if (context.memory.state.pin) refuse(CtapStatus.PIN_AUTH_INVALID);
  // Steps 4 and 5: the shared secret, and the proof that the new PIN comes from who has it
  const secret = sharedSecret(context, peer);
  if (!verify(peer.protocol, secret, newPinEnc, param)) refuse(CtapStatus.PIN_AUTH_INVALID);
  // Steps 6 to 11: the new PIN
  await storePin(context, newPin(decrypt(peer.protocol, secret, newPinEnc), context));
  return undefined;
}

/** changePIN (§6.5.5.6). */
async function changePin(context: CommandContext, params: Fields): Promise<undefined> {
  // Step 1: mandatory parameters
  const peer = peerOf(context, params);
  const newPinEnc = required(params.bytes(Key.NEW_PIN_ENC));
  const pinHashEnc = required(params.bytes(Key.PIN_HASH_ENC));
  const param = required(params.bytes(Key.AUTH_PARAM));
  // Steps 3 and 4: a PIN is there, and may be tried
  context.power.pinGuard.admit();
  // Steps 5 and 6: the shared secret, and the proof over both
  const secret = sharedSecret(context, peer);
  if (!verify(peer.protocol, secret, concat(newPinEnc, pinHashEnc), param)) refuse(CtapStatus.PIN_AUTH_INVALID);
  // Steps 7 to 9: the old PIN
  await checkPin(context, peer.protocol, secret, pinHashEnc);
  // Steps 10 to 14: the new one; tokens of the old one are worthless
  await storePin(context, newPin(decrypt(peer.protocol, secret, newPinEnc), context));
  return undefined;
}

/** getPinToken (§6.5.5.7.1), the only way to a token on CTAP 2.0. */
async function getPinToken(context: CommandContext, params: Fields): Promise<CborMap> {
  const { profile } = context;
  // Step 3: permissions and RP ID belong to the other subcommand; CTAP 2.0 knows neither and ignores them
  const isTooMuch = params.has(Key.PERMISSIONS) || params.has(Key.RP_ID);
  if (profile.pinUvAuthToken && isTooMuch) refuse(CtapStatus.INVALID_PARAMETER);
  if (profile.pinOnlyManages) refuse(CtapStatus.UNAUTHORIZED_PERMISSION);
  return issueToken(context, params, { permissions: DEFAULT_PERMISSIONS, whenForced: CtapStatus.PIN_INVALID });
}

/** getPinUvAuthTokenUsingPinWithPermissions (§6.5.5.7.2). */
async function getTokenUsingPin(context: CommandContext, params: Fields): Promise<CborMap> {
  const { profile } = context;
  const { permissions, rpId } = wishOf(
    params,
    profile,
    managementOf(profile) |
      (profile.pinOnlyManages ? NONE : DEFAULT_PERMISSIONS) |
      (profile.sensor ? Permission.BIO_ENROLLMENT : NONE),
  );
  return issueToken(context, params, { permissions, rpId, whenForced: CtapStatus.PIN_POLICY_VIOLATION });
}

/** getPinUvAuthTokenUsingUvWithPermissions (§6.5.5.7.3). */
async function getTokenUsingUv(context: CommandContext, params: Fields, sensor: SensorModel): Promise<CborMap> {
  const { profile, memory } = context;
  // Steps 1 to 4: parameters, and permissions that the sensor can give
  const peer = peerOf(context, params);
  const { permissions, rpId } = wishOf(
    params,
    profile,
    managementOf(profile) | DEFAULT_PERMISSIONS | (sensor.enrolsByFinger ? Permission.BIO_ENROLLMENT : NONE),
  );
  // Steps 5 and 7: a finger is enrolled, and may be tried
  if (!knowsFingers(context)) refuse(CtapStatus.NOT_ALLOWED);
  if (memory.state.uvRetries === 0) refuse(CtapStatus.UV_BLOCKED);
  const secret = sharedSecret(context, peer);
  // Steps 6, 9 and 10: the sensor repeats by itself only where the platform is not to
  const isRecognised = await recognise(context, sensor.attempts > 1 ? 1 : INTERNAL_ATTEMPTS, rpId);
  if (!isRecognised) refuse(memory.state.uvRetries === 0 ? CtapStatus.UV_BLOCKED : CtapStatus.UV_INVALID);
  // Steps 12 to 16: a finger on the sensor is evidence of the user's presence too
  const token = tokenFor(context, peer.protocol, permissions, rpId, true);
  return new Map([[Member.TOKEN, peer.protocol.encrypt(secret, token)]]);
}

/** What PIN and finger alike may give leave to, besides making and using credentials. */
function managementOf(profile: Profile): number {
  const { credentialManagement, maxSerializedLargeBlobArray, configCommands, persistentToken } = profile;
  return (
    (credentialManagement ? Permission.CREDENTIAL_MANAGEMENT : NONE) |
    (configCommands.length > 0 ? Permission.AUTHENTICATOR_CONFIGURATION : NONE) |
    (persistentToken ? Permission.PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY : NONE) |
    (maxSerializedLargeBlobArray === undefined ? NONE : Permission.LARGE_BLOB_WRITE)
  );
}

/** The permissions that are asked for, none of which may be beyond `offered`; undefined bits are ignored. */
function wishOf(
  params: Fields,
  { onePermissionTokens }: Profile,
  offered: number,
): { permissions: number; rpId: string | undefined } {
  // Steps 1 and 3: permissions that name something
  const permissions = required(params.integer(Key.PERMISSIONS));
  if (permissions <= 0) refuse(CtapStatus.INVALID_PARAMETER);
  // Step 4: permissions that this key can give in this way
  const defined = Object.values(Permission).reduce((all, permission) => all | permission, NONE);
  if (permissions & defined & ~offered) refuse(CtapStatus.UNAUTHORIZED_PERMISSION);
  if (onePermissionTokens && (permissions & (permissions - 1)) !== NONE) refuse(CtapStatus.UNAUTHORIZED_PERMISSION);
  // The persistent token is one of its own, with nothing but its one permission
  const isPersistent = (permissions & Permission.PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY) !== 0;
  if (isPersistent && permissions & offered & ~Permission.PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY)
    refuse(CtapStatus.INVALID_PARAMETER);
  // mc and ga are given for one relying party only
  const rpId = params.text(Key.RP_ID);
  if (permissions & DEFAULT_PERMISSIONS && rpId === undefined) refuse(CtapStatus.MISSING_PARAMETER);
  return { permissions: permissions & offered, rpId };
}

interface TokenWish {
  readonly permissions: number;
  readonly rpId?: string | undefined;
  /** The answer to the right PIN when it has to be changed first. */
  readonly whenForced: CtapStatus;
}

/** What both ways to a token for a PIN have in common. */
async function issueToken(
  context: CommandContext,
  params: Fields,
  { permissions, rpId, whenForced }: TokenWish,
): Promise<CborMap> {
  const { power, memory } = context;
  const peer = peerOf(context, params);
  const pinHashEnc = required(params.bytes(Key.PIN_HASH_ENC));
  power.pinGuard.admit();
  const secret = sharedSecret(context, peer);
  await checkPin(context, peer.protocol, secret, pinHashEnc);
  if (memory.state.config.forcePinChange) refuse(whenForced);
  const token = tokenFor(context, peer.protocol, permissions, rpId);
  return new Map([[Member.TOKEN, peer.protocol.encrypt(secret, token)]]);
}

/** The persistent token is the same for everybody; of the others there is one at a time. */
function tokenFor(
  { memory, power }: CommandContext,
  protocol: PinProtocol,
  permissions: number,
  rpId: string | undefined,
  userPresent = false,
): Uint8Array {
  if (permissions === Permission.PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY) return memory.state.persistentToken;
  return power.tokens.issue(protocol, permissions, rpId, userPresent);
}

/** The platform's end of the key agreement. */
interface Peer {
  readonly protocol: PinProtocol;
  readonly publicKey: CborMap;
}

function peerOf({ profile }: CommandContext, params: Fields): Peer {
  const protocol = pinProtocolOf(params.integer(Key.PROTOCOL), profile);
  return { protocol, publicKey: required(params.fields(Key.KEY_AGREEMENT)).map };
}

function sharedSecret({ power }: CommandContext, { protocol, publicKey }: Peer): Uint8Array {
  return orRefuse(() => power.keyAgreements.agree(protocol, publicKey), CtapStatus.INVALID_PARAMETER);
}

function decrypt(protocol: PinProtocol, secret: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return orRefuse(() => protocol.decrypt(secret, ciphertext), CtapStatus.PIN_AUTH_INVALID);
}

function checkPin({ power }: CommandContext, protocol: PinProtocol, secret: Uint8Array, pinHashEnc: Uint8Array) {
  return power.pinGuard.check(
    () => protocol.decrypt(secret, pinHashEnc),
    () => {
      power.keyAgreements.regenerate(protocol);
    },
  );
}

async function storePin({ memory, power }: CommandContext, pin: StoredPin): Promise<void> {
  await memory.update({
    pin,
    pinRetries: MAX_PIN_RETRIES,
    config: { ...memory.state.config, forcePinChange: false },
    persistentToken: Uint8Array.from(randomBytes(PERSISTENT_TOKEN_LENGTH)),
  });
  power.tokens.reset();
}

/** What the foundations refuse as a RangeError, as a status. */
function orRefuse<T>(act: () => T, status: CtapStatus): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof RangeError) refuse(status);
    throw error;
  }
}
