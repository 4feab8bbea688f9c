import { type CborMap, numbered } from './codec/cbor.js';
import { CtapCommand } from './commands.js';
import {
  type CredentialDescriptor,
  encodeDescriptor,
  encodeRelyingParty,
  encodeUser,
  present,
  type RelyingParty,
  type UserEntity,
} from './credentials.js';
import type { Ctap2 } from './ctap2.js';
import { isBoolean, isBytes, isMap, isText, optional, required } from './members.js';
import type { PinUvAuthToken } from './pin/token.js';
import type { CallOptions } from './transport.js';

export interface MakeCredentialRequest {
  /** SHA-256 of clientDataJSON, 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly rp: RelyingParty;
  readonly user: UserEntity;
  /** COSE algorithms, the preferred first. */
  readonly algorithms: readonly number[];
  readonly excludeList?: readonly CredentialDescriptor[] | undefined;
  readonly extensions?: CborMap | undefined;
  /** Make it discoverable. */
  readonly rk?: boolean | undefined;
  /** Built-in user verification without a token: for keys of CTAP 2.0. Never together with `token`. */
  readonly uv?: boolean | undefined;
  readonly token?: PinUvAuthToken | undefined;
  /** 1 vendor-facilitated, 2 platform-managed. */
  readonly enterpriseAttestation?: 1 | 2 | undefined;
}

export interface MakeCredentialResult {
  readonly fmt: string;
  readonly authData: Uint8Array;
  readonly attStmt: CborMap;
  /** Whether the attestation names this very key. */
  readonly epAtt: boolean;
  readonly largeBlobKey: Uint8Array | undefined;
}

/** The parameters of authenticatorMakeCredential (CTAP 2.2 §6.1). */
export function makeCredentialParameters(request: MakeCredentialRequest): CborMap {
  const { clientDataHash, token } = request;
  // Options that are false are left out: some keys of CTAP 2.0 refuse uv: false, and `up` is not theirs to be told.
  const flags = present({ rk: request.rk || undefined, uv: request.uv || undefined });
  return numbered(
    clientDataHash,
    encodeRelyingParty(request.rp),
    encodeUser(request.user),
    request.algorithms.map((alg) => present({ alg, type: 'public-key' })),
    request.excludeList?.length ? request.excludeList.map(encodeDescriptor) : undefined,
    request.extensions?.size ? request.extensions : undefined,
    flags.size > 0 ? flags : undefined,
    token?.protocol.authenticate(token.bytes, clientDataHash),
    token?.protocol.version,
    request.enterpriseAttestation,
  );
}

/** authenticatorMakeCredential (CTAP 2.2 §6.1). The authenticator waits for a touch. */
export async function makeCredential(
  ctap: Ctap2,
  request: MakeCredentialRequest,
  options?: CallOptions,
): Promise<MakeCredentialResult> {
  const answer = await ctap.send(CtapCommand.MAKE_CREDENTIAL, makeCredentialParameters(request), options);
  return {
    fmt: required(answer, 0x01, 'fmt', isText),
    authData: required(answer, 0x02, 'authData', isBytes),
    attStmt: optional(answer, 0x03, 'attStmt', isMap) ?? new Map(),
    epAtt: optional(answer, 0x04, 'epAtt', isBoolean) ?? false,
    largeBlobKey: optional(answer, 0x05, 'largeBlobKey', isBytes),
  };
}
