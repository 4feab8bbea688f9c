import { type CborMap, numbered } from './codec/cbor.js';
import { CtapCommand } from './commands.js';
import {
  type CredentialDescriptor,
  decodeDescriptor,
  decodeUser,
  encodeDescriptor,
  present,
  type UserEntity,
} from './credentials.js';
import type { Ctap2 } from './ctap2.js';
import { isBoolean, isBytes, isCount, isMap, optional, required } from './members.js';
import type { PinUvAuthToken } from './pin/token.js';
import type { CallOptions } from './transport.js';

export interface GetAssertionRequest {
  readonly rpId: string;
  /** SHA-256 of clientDataJSON, 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly allowList?: readonly CredentialDescriptor[] | undefined;
  readonly extensions?: CborMap | undefined;
  /** False asks in silence, without a touch; the default asks for one. */
  readonly up?: false | undefined;
  /** Built-in user verification without a token: for keys of CTAP 2.0. Never together with `token`. */
  readonly uv?: boolean | undefined;
  readonly token?: PinUvAuthToken | undefined;
}

export interface GetAssertionResult {
  /** Absent where the allow list left only one to choose. */
  readonly credential: CredentialDescriptor | undefined;
  readonly authData: Uint8Array;
  readonly signature: Uint8Array;
  readonly user: UserEntity | undefined;
  /** How many credentials would fit; the others come by `getNextAssertion`. 1 where the authenticator does not say. */
  readonly numberOfCredentials: number;
  /** The person chose this one on the authenticator itself. */
  readonly userSelected: boolean;
  readonly largeBlobKey: Uint8Array | undefined;
}

/** The parameters of authenticatorGetAssertion (CTAP 2.2 §6.2). */
export function getAssertionParameters(request: GetAssertionRequest): CborMap {
  const { clientDataHash, token } = request;
  const flags = present({ up: request.up, uv: request.uv || undefined });
  return numbered(
    request.rpId,
    clientDataHash,
    request.allowList?.length ? request.allowList.map(encodeDescriptor) : undefined,
    request.extensions?.size ? request.extensions : undefined,
    flags.size > 0 ? flags : undefined,
    token?.protocol.authenticate(token.bytes, clientDataHash),
    token?.protocol.version,
  );
}

/** authenticatorGetAssertion (CTAP 2.2 §6.2). The authenticator waits for a touch, unless `up` is false. */
export async function getAssertion(
  ctap: Ctap2,
  request: GetAssertionRequest,
  options?: CallOptions,
): Promise<GetAssertionResult> {
  return decodeAssertion(await ctap.send(CtapCommand.GET_ASSERTION, getAssertionParameters(request), options));
}

/** authenticatorGetNextAssertion (§6.3): within 30 s, and with no other command in between. */
export async function getNextAssertion(ctap: Ctap2, options?: CallOptions): Promise<GetAssertionResult> {
  return decodeAssertion(await ctap.send(CtapCommand.GET_NEXT_ASSERTION, undefined, options));
}

function decodeAssertion(answer: CborMap): GetAssertionResult {
  const credential = optional(answer, 0x01, 'credential', isMap);
  const user = optional(answer, 0x04, 'user', isMap);
  return {
    credential: credential && decodeDescriptor(credential),
    authData: required(answer, 0x02, 'authData', isBytes),
    signature: required(answer, 0x03, 'signature', isBytes),
    user: user && decodeUser(user),
    numberOfCredentials: optional(answer, 0x05, 'numberOfCredentials', isCount) ?? 1,
    userSelected: optional(answer, 0x06, 'userSelected', isBoolean) ?? false,
    largeBlobKey: optional(answer, 0x07, 'largeBlobKey', isBytes),
  };
}
