import { concat, equal, utf8 } from '../../ctap/codec/bytes.js';
import { type CborMap, type CborValue, encode } from '../../ctap/codec/cbor.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import { CredentialManagementSubcommand as Subcommand, Permission } from '../../ctap/commands.js';
import { CredentialManagementResult as Member } from '../../ctap/credential-management.js';
import { verify } from '../../ctap/pin/protocol.js';
import { CtapStatus } from '../../ctap/status.js';
import { SigningKey } from '../credentials/signing-key.js';
import { Fields, refuse, required } from '../fields.js';
import type { AuthToken, Proof } from '../pin/auth-tokens.js';
import type { StoredCredential } from '../store/key-state.js';
import type { Command, CommandContext } from './command.js';
import { pinProtocolOf, PUBLIC_KEY, toUserEntity, userEntity } from './parameters.js';

/** Parameters (CTAP 2.2 §6.8). */
const Key = {
  SUB_COMMAND: 0x01,
  SUB_COMMAND_PARAMS: 0x02,
  PIN_UV_AUTH_PROTOCOL: 0x03,
  PIN_UV_AUTH_PARAM: 0x04,
} as const;
const Param = { RP_ID_HASH: 0x01, CREDENTIAL_ID: 0x02, USER: 0x03 } as const;

/** Subcommands that continue a list; all others close it. */
const NEXT: ReadonlySet<number> = new Set([Subcommand.ENUMERATE_RPS_NEXT, Subcommand.ENUMERATE_CREDENTIALS_NEXT]);

/** authenticatorCredentialManagement (CTAP 2.2 §6.8), and the vendor prototype that came before it (0x41). */
export const credentialManagement: Command = (context, params) => {
  const subcommand = required(params.integer(Key.SUB_COMMAND));
  if (!NEXT.has(subcommand)) context.power.walk.end();
  switch (subcommand) {
    case Subcommand.GET_CREDS_METADATA:
      return getMetadata(context, params);
    case Subcommand.ENUMERATE_RPS_BEGIN:
      return enumerateRps(context, params);
    case Subcommand.ENUMERATE_RPS_NEXT:
      return context.power.walk.next('rps');
    case Subcommand.ENUMERATE_CREDENTIALS_BEGIN:
      return enumerateCredentials(context, params);
    case Subcommand.ENUMERATE_CREDENTIALS_NEXT:
      return context.power.walk.next('credentials');
    case Subcommand.DELETE_CREDENTIAL:
      return deleteCredential(context, params);
    case Subcommand.UPDATE_USER_INFORMATION:
      // The drafts had no such thing; on a key that has both, the prototype's number is another name for the command.
      if (context.profile.credentialManagement) return updateUserInformation(context, params);
  }
  return refuse(context.profile.statuses.unknownSubcommand);
};

/** getCredsMetadata (§6.8.2). */
function getMetadata(context: CommandContext, params: Fields): CborMap {
  const { token } = authorise(context, params, Subcommand.GET_CREDS_METADATA);
  if (token.rpId !== undefined) refuse(CtapStatus.PIN_AUTH_INVALID);
  const { credentials } = context.memory.state;
  return new Map([
    [Member.EXISTING_COUNT, discoverable(context).length],
    [Member.MAX_REMAINING_COUNT, Math.max(0, context.capacity - credentials.length)],
  ]);
}

/** enumerateRPsBegin (§6.8.3). */
function enumerateRps(context: CommandContext, params: Fields): CborMap {
  const { token } = authorise(context, params, Subcommand.ENUMERATE_RPS_BEGIN);
  if (token.rpId !== undefined) refuse(CtapStatus.PIN_AUTH_INVALID);
  const [first, ...rest] = new Set(discoverable(context).map(({ rpId }) => rpId));
  if (first === undefined) return refuse(CtapStatus.NO_CREDENTIALS);
  const answer = (rpId: string): [number, CborValue][] => [
    [Member.RP, new Map([['id', rpId]])],
    [Member.RP_ID_HASH, sha256(utf8(rpId))],
  ];
  context.power.walk.begin(
    'rps',
    rest.map((rpId) => () => new Map(answer(rpId))),
  );
  return new Map([...answer(first), [Member.TOTAL_RPS, rest.length + 1]]);
}

/** enumerateCredentialsBegin (§6.8.4). */
function enumerateCredentials(context: CommandContext, params: Fields): CborMap {
  const { token, subParams } = authorise(context, params, Subcommand.ENUMERATE_CREDENTIALS_BEGIN, [Param.RP_ID_HASH]);
  const rpIdHash = required(subParams.bytes(Param.RP_ID_HASH));
  if (token.rpId !== undefined && !equal(sha256(utf8(token.rpId)), rpIdHash)) refuse(CtapStatus.PIN_AUTH_INVALID);
  const [first, ...rest] = discoverable(context)
    .filter(({ rpId }) => equal(sha256(utf8(rpId)), rpIdHash))
    .reverse();
  if (!first) return refuse(CtapStatus.NO_CREDENTIALS);
  const answer = (stored: StoredCredential): [number, CborValue][] => [
    [Member.USER, toUserEntity(stored.user)],
    [Member.CREDENTIAL_ID, descriptor(stored.id)],
    [Member.PUBLIC_KEY, SigningKey.load(stored.algorithm, stored.secret).publicKey()],
    [Member.CRED_PROTECT, stored.protection],
    ...(stored.largeBlobKey ? [[Member.LARGE_BLOB_KEY, stored.largeBlobKey] as [number, CborValue]] : []),
    ...thirdPartyPayment(context, stored),
  ];
  context.power.walk.begin(
    'credentials',
    rest.map((stored) => () => new Map(answer(stored))),
  );
  return new Map([...answer(first), [Member.TOTAL_CREDENTIALS, rest.length + 1]]);
}

/** Keys that know the extension say for every credential whether it has it. */
function thirdPartyPayment({ profile }: CommandContext, stored: StoredCredential): [number, CborValue][] {
  if (!profile.extensions.includes('thirdPartyPayment')) return [];
  return [[Member.THIRD_PARTY_PAYMENT, stored.thirdPartyPayment ?? false]];
}

/** deleteCredential (§6.8.5). */
async function deleteCredential(context: CommandContext, params: Fields): Promise<undefined> {
  const { token, subParams } = authorise(context, params, Subcommand.DELETE_CREDENTIAL, [Param.CREDENTIAL_ID]);
  const target = namedCredential(context, subParams, token);
  await context.memory.update({
    credentials: context.memory.state.credentials.filter((stored) => stored !== target),
  });
  return undefined;
}

/** updateUserInformation (§6.8.6): the names change, the user handle stays. */
async function updateUserInformation(context: CommandContext, params: Fields): Promise<undefined> {
  const members = [Param.CREDENTIAL_ID, Param.USER];
  const { token, subParams } = authorise(context, params, Subcommand.UPDATE_USER_INFORMATION, members);
  const user = userEntity(required(subParams.fields(Param.USER)));
  const target = namedCredential(context, subParams, token);
  if (!equal(user.id, target.user.id)) refuse(CtapStatus.INVALID_PARAMETER);
  await context.memory.update({
    credentials: context.memory.state.credentials.map((stored) => (stored === target ? { ...stored, user } : stored)),
  });
  return undefined;
}

/**
 * The steps that all subcommands begin with, but the next ones: a token with the permission, over the subcommand and its parameters.
 * @param members subcommand parameters that must be there
 */
function authorise(
  context: CommandContext,
  params: Fields,
  subcommand: number,
  members: readonly number[] = [],
): { token: Pick<AuthToken, 'rpId'>; subParams: Fields } {
  const param = params.bytes(Key.PIN_UV_AUTH_PARAM) ?? refuse(CtapStatus.PUAT_REQUIRED);
  const given = params.fields(Key.SUB_COMMAND_PARAMS);
  const subParams = given ?? new Fields(new Map());
  if (members.some((member) => !subParams.has(member))) refuse(CtapStatus.MISSING_PARAMETER);
  const protocol = pinProtocolOf(params.integer(Key.PIN_UV_AUTH_PROTOCOL), context.profile);
  // Requests are canonical here, so encoding the parameters again gives the bytes that were sent.
  const message = concat(Uint8Array.of(subcommand), given ? encode(given.map) : new Uint8Array());
  const proof = { protocol, param };
  if (isPersistentTokens(context, subcommand, proof, message)) return { token: LISTING, subParams };
  const token = context.power.tokens.verify(proof, message) ?? refuse(CtapStatus.PIN_AUTH_INVALID);
  if (!token.permits(Permission.CREDENTIAL_MANAGEMENT)) refuse(CtapStatus.PIN_AUTH_INVALID);
  return { token, subParams };
}

/** What the persistent token is good for (permission pcmr). */
const LISTING_SUBCOMMANDS: ReadonlySet<number> = new Set([
  Subcommand.GET_CREDS_METADATA,
  Subcommand.ENUMERATE_RPS_BEGIN,
  Subcommand.ENUMERATE_CREDENTIALS_BEGIN,
]);

/** It is for every relying party, and is never spent. */
const LISTING: Pick<AuthToken, 'rpId'> = { rpId: undefined };

function isPersistentTokens(
  { profile, memory }: CommandContext,
  subcommand: number,
  { protocol, param }: Proof,
  message: Uint8Array,
): boolean {
  if (!profile.persistentToken || !LISTING_SUBCOMMANDS.has(subcommand)) return false;
  return verify(protocol, memory.state.persistentToken, message, param);
}

/** The credential that the parameters name: NO_CREDENTIALS when it is not here, PIN_AUTH_INVALID when the token is for another RP. */
function namedCredential(context: CommandContext, subParams: Fields, token: Pick<AuthToken, 'rpId'>): StoredCredential {
  const id = required(required(subParams.fields(Param.CREDENTIAL_ID)).bytes('id'));
  const target = discoverable(context).find((stored) => equal(stored.id, id));
  if (target && token.rpId !== undefined && token.rpId !== target.rpId) refuse(CtapStatus.PIN_AUTH_INVALID);
  return target ?? refuse(CtapStatus.NO_CREDENTIALS);
}

function discoverable({ memory }: CommandContext): readonly StoredCredential[] {
  return memory.state.credentials.filter((stored) => stored.discoverable);
}

function descriptor(id: Uint8Array): CborMap {
  return new Map<string, CborValue>([
    ['id', id],
    ['type', PUBLIC_KEY],
  ]);
}
