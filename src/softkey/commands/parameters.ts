import { shortened } from '../../ctap/client/names.js';
import type { CborMap } from '../../ctap/codec/cbor.js';
import { type PinProtocol, pinProtocol } from '../../ctap/pin/protocol.js';
import { CtapStatus } from '../../ctap/status.js';
import { type Fields, refuse, required } from '../fields.js';
import type { Proof } from '../pin/auth-tokens.js';
import type { Profile } from '../profile.js';
import type { User } from '../store/key-state.js';
import type { CommandContext } from './command.js';

/** Parts of requests that more than one command has. */

export const PUBLIC_KEY = 'public-key';
const HASH_LENGTH = 32;
const MAX_USER_ID_LENGTH = 64;

export function clientDataHash(params: Fields, key: number): Uint8Array {
  const hash = required(params.bytes(key));
  return hash.length === HASH_LENGTH ? hash : refuse(CtapStatus.INVALID_LENGTH);
}

/** A PublicKeyCredentialUserEntity. Names are cut at 64 bytes (WebAuthn Level 3 §6.4.1); what the key does not keep (icon) is dropped. */
export function userEntity(fields: Fields): User {
  const id = required(fields.bytes('id'));
  if (id.length === 0 || id.length > MAX_USER_ID_LENGTH) refuse(CtapStatus.INVALID_LENGTH);
  const name = fields.text('name');
  const displayName = fields.text('displayName');
  return {
    id,
    ...(name !== undefined && { name: shortened(name) }),
    ...(displayName !== undefined && { displayName: shortened(displayName) }),
  };
}

export function toUserEntity({ id, name, displayName }: User): CborMap {
  const members: [string, string | Uint8Array | undefined][] = [
    ['id', id],
    ['name', name],
    ['displayName', displayName],
  ];
  return new Map(members.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/**
 * The credential IDs of an allow or exclude list; types other than public-key are skipped.
 * @returns undefined where there is no list, or an empty one, which platforms must not send and some do
 */
export function credentialIds(params: Fields, key: number, profile: Profile): Uint8Array[] | undefined {
  const list = params.fieldsList(key);
  if (!list || list.length === 0) return undefined;
  if (list.length > (profile.maxCredentialCountInList ?? Infinity)) refuse(CtapStatus.LIMIT_EXCEEDED);
  return list
    .filter((descriptor) => required(descriptor.text('type')) === PUBLIC_KEY)
    .map((descriptor) => required(descriptor.bytes('id')));
}

/** The PIN/UV auth protocol that a request names. Refuses one that this key lacks with `unknown`. */
export function pinProtocolOf(
  version: number | undefined,
  profile: Profile,
  unknown: CtapStatus = CtapStatus.INVALID_PARAMETER,
): PinProtocol {
  const isOffered = profile.pinProtocols.some((offered) => offered === required(version));
  const protocol = isOffered && version !== undefined ? pinProtocol(version) : undefined;
  return protocol ?? refuse(unknown);
}

/** Steps 1 and 2 of makeCredential and getAssertion: what the request brings to prove that the PIN was given. */
export async function proofOf(
  context: CommandContext,
  rpId: string,
  param: Uint8Array | undefined,
  version: number | undefined,
): Promise<Proof | undefined> {
  if (!param) return undefined;
  if (param.length === 0) {
    // Step 1: an empty pinUvAuthParam only asks which key the user touches, and whether it has a PIN
    await context.touch(rpId);
    refuse(context.memory.state.pin ? CtapStatus.PIN_INVALID : CtapStatus.PIN_NOT_SET);
  }
  // Step 2: the protocol is there and known
  const { profile } = context;
  return { protocol: pinProtocolOf(version, profile, profile.statuses.unknownPinProtocol), param };
}
