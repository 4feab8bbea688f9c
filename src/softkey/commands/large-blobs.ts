import { concat, equal } from '../../ctap/codec/bytes.js';
import type { CborMap } from '../../ctap/codec/cbor.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import { Permission } from '../../ctap/commands.js';
import { EMPTY_LARGE_BLOB_ARRAY } from '../../ctap/large-blob-array.js';
import {
  FRAGMENT_OVERHEAD,
  fragmentMessage,
  LargeBlobsParameter as Key,
  LargeBlobsResult as Member,
} from '../../ctap/large-blobs.js';
import { CtapStatus } from '../../ctap/status.js';
import { type Fields, refuse, required } from '../fields.js';
import type { Command, CommandContext } from './command.js';
import { pinProtocolOf } from './parameters.js';
import { isProtected } from './verify-user.js';

const HASH_LENGTH = 16;

/** authenticatorLargeBlobs (CTAP 2.2 §6.10.2). */
export const largeBlobs: Command = async (context, params) => {
  const offset = params.integer(Key.OFFSET) ?? refuse(CtapStatus.INVALID_PARAMETER);
  if (offset < 0) refuse(CtapStatus.INVALID_PARAMETER);
  if (params.has(Key.GET) === params.has(Key.SET)) refuse(CtapStatus.INVALID_PARAMETER);
  if (params.has(Key.GET)) return read(context, params, offset);
  await write(context, params, offset);
  return undefined;
};

/** Anybody may read: entries are sealed. */
function read({ memory, profile }: CommandContext, params: Fields, offset: number): CborMap {
  const isForWriting = [Key.LENGTH, Key.PIN_UV_AUTH_PARAM, Key.PIN_UV_AUTH_PROTOCOL].some((key) => params.has(key));
  if (isForWriting) refuse(CtapStatus.INVALID_PARAMETER);
  const count = required(params.integer(Key.GET));
  if (count < 0) refuse(CtapStatus.INVALID_PARAMETER);
  if (count > profile.maxMsgSize - FRAGMENT_OVERHEAD) refuse(CtapStatus.INVALID_LENGTH);
  const { largeBlobs: array } = memory.state;
  if (offset > array.length) refuse(CtapStatus.INVALID_PARAMETER);
  return new Map([[Member.CONFIG, array.slice(offset, offset + count)]]);
}

/** One fragment of a new array; the last one puts it in force, if it is whole. */
async function write(context: CommandContext, params: Fields, offset: number): Promise<void> {
  const { memory, power, profile } = context;
  const fragment = required(params.bytes(Key.SET));
  if (fragment.length > profile.maxMsgSize - FRAGMENT_OVERHEAD) refuse(CtapStatus.INVALID_LENGTH);
  const length = params.integer(Key.LENGTH);
  if (offset === 0) {
    if (length === undefined) return refuse(CtapStatus.INVALID_PARAMETER);
    if (length > (profile.maxSerializedLargeBlobArray ?? 0)) refuse(CtapStatus.LARGE_BLOB_STORAGE_FULL);
    if (length < EMPTY_LARGE_BLOB_ARRAY.length) refuse(CtapStatus.INVALID_PARAMETER);
    power.largeBlobWrite = { expectedLength: length, received: new Uint8Array() };
  } else if (length !== undefined) refuse(CtapStatus.INVALID_PARAMETER);
  const { expectedLength, received } = power.largeBlobWrite ?? { expectedLength: 0, received: new Uint8Array() };
  if (offset !== received.length) refuse(CtapStatus.INVALID_SEQ); // expectedNextOffset
  authorise(context, params, fragmentMessage(offset, fragment));
  if (offset + fragment.length > expectedLength) refuse(CtapStatus.INVALID_PARAMETER);
  const array = concat(received, fragment);
  if (array.length < expectedLength) {
    power.largeBlobWrite = { expectedLength, received: array };
    return;
  }
  power.largeBlobWrite = undefined;
  const hash = sha256(array.subarray(0, -HASH_LENGTH)).subarray(0, HASH_LENGTH);
  if (!equal(hash, array.subarray(-HASH_LENGTH))) refuse(CtapStatus.INTEGRITY_FAILURE);
  await memory.update({ largeBlobs: array });
}

/** On a key that can verify its user, every fragment is proven by a token with the permission to write. */
function authorise(context: CommandContext, params: Fields, message: Uint8Array): void {
  const { memory, power, profile } = context;
  if (!isProtected(context) && !memory.state.config.alwaysUv) return;
  const param = params.bytes(Key.PIN_UV_AUTH_PARAM) ?? refuse(CtapStatus.PUAT_REQUIRED);
  const protocol = pinProtocolOf(params.integer(Key.PIN_UV_AUTH_PROTOCOL), profile);
  const token = power.tokens.verify({ protocol, param }, message) ?? refuse(CtapStatus.PIN_AUTH_INVALID);
  if (!token.permits(Permission.LARGE_BLOB_WRITE)) refuse(CtapStatus.PIN_AUTH_INVALID);
}
