import { ClientError } from './client/errors.js';
import { concat } from './codec/bytes.js';
import { type CborMap, type CborValue, encode, numbered } from './codec/cbor.js';
import { CredentialManagementSubcommand as Subcommand, CtapCommand } from './commands.js';
import {
  type CredentialDescriptor,
  decodeDescriptor,
  decodeUser,
  encodeDescriptor,
  encodeUser,
  type UserEntity,
} from './credentials.js';
import type { Ctap2 } from './ctap2.js';
import { CtapError } from './errors.js';
import type { DeviceInfo } from './get-info.js';
import { isBoolean, isBytes, isCount, isMap, isText, listLength, optional, required } from './members.js';
import type { PinUvAuthToken } from './pin/token.js';
import { CtapStatus } from './status.js';
import type { CallOptions } from './transport.js';

/** Keys of the answers of authenticatorCredentialManagement (CTAP 2.2 §6.8). */
export const CredentialManagementResult = {
  EXISTING_COUNT: 0x01,
  MAX_REMAINING_COUNT: 0x02,
  RP: 0x03,
  RP_ID_HASH: 0x04,
  TOTAL_RPS: 0x05,
  USER: 0x06,
  CREDENTIAL_ID: 0x07,
  PUBLIC_KEY: 0x08,
  TOTAL_CREDENTIALS: 0x09,
  CRED_PROTECT: 0x0a,
  LARGE_BLOB_KEY: 0x0b,
  THIRD_PARTY_PAYMENT: 0x0c,
} as const;
const Result = CredentialManagementResult;

export interface StoredRelyingParty {
  /** Authenticators may cut it to 32 bytes; the hash below is of the whole. */
  readonly id: string;
  readonly name: string | undefined;
  /** SHA-256 of the RP ID. */
  readonly rpIdHash: Uint8Array;
}

export interface StoredCredential {
  readonly id: CredentialDescriptor;
  readonly user: UserEntity;
  /** COSE_Key. */
  readonly publicKey: CborMap;
  /** credProtect level 1, 2 or 3, where the authenticator says. */
  readonly credProtect: number | undefined;
  /** What its large blob is sealed with, 32 bytes, where it has such a key. */
  readonly largeBlobKey: Uint8Array | undefined;
  /** Whether it may confirm payments for others than its relying party, where the authenticator says. */
  readonly thirdPartyPayment: boolean | undefined;
}

/** Whether single credentials can be listed and deleted: by the command of CTAP 2.1, or by its preview. */
export function managesCredentials(info: DeviceInfo): boolean {
  return commandOf(info) !== undefined;
}

function commandOf({ options, versions }: DeviceInfo): CtapCommand | undefined {
  if (options.get('credMgmt')) return CtapCommand.CREDENTIAL_MANAGEMENT;
  const preview = versions.includes('FIDO_2_1_PRE') && options.get('credentialMgmtPreview');
  return preview ? CtapCommand.CREDENTIAL_MANAGEMENT_PREVIEW : undefined;
}

/**
 * The discoverable credentials on an authenticator (CTAP 2.2 §6.8), by the preview command where that is all it has.
 * A walk through a list is undone by any other command in between: nobody else may use `ctap` meanwhile.
 */
export class CredentialManagement {
  readonly #ctap: Ctap2;
  readonly #command: CtapCommand;
  readonly #token: PinUvAuthToken;

  /** `token` has the permission CREDENTIAL_MANAGEMENT, or is one of CTAP 2.0. Throws UNSUPPORTED as CtapError INVALID_COMMAND. */
  constructor(ctap: Ctap2, info: DeviceInfo, token: PinUvAuthToken) {
    const command = commandOf(info);
    if (command === undefined) throw new CtapError(CtapStatus.INVALID_COMMAND, CtapCommand.CREDENTIAL_MANAGEMENT);
    this.#ctap = ctap;
    this.#command = command;
    this.#token = token;
  }

  /** How many discoverable credentials there are, and how many more may fit at the most. */
  async metadata(options?: CallOptions): Promise<{ existing: number; remaining: number }> {
    const answer = await this.#send(Subcommand.GET_CREDS_METADATA, undefined, options);
    return {
      existing: required(answer, Result.EXISTING_COUNT, 'existingResidentCredentialsCount', isCount),
      remaining: required(answer, Result.MAX_REMAINING_COUNT, 'maxPossibleRemainingResidentCredentialsCount', isCount),
    };
  }

  relyingParties(options?: CallOptions): Promise<StoredRelyingParty[]> {
    const { ENUMERATE_RPS_BEGIN, ENUMERATE_RPS_NEXT } = Subcommand;
    return this.#walk(
      [ENUMERATE_RPS_BEGIN, ENUMERATE_RPS_NEXT],
      undefined,
      Result.TOTAL_RPS,
      decodeRelyingParty,
      options,
    );
  }

  /** The credentials of one relying party, by the SHA-256 of its RP ID. */
  credentials(rpIdHash: Uint8Array, options?: CallOptions): Promise<StoredCredential[]> {
    const { ENUMERATE_CREDENTIALS_BEGIN, ENUMERATE_CREDENTIALS_NEXT } = Subcommand;
    const walk = [ENUMERATE_CREDENTIALS_BEGIN, ENUMERATE_CREDENTIALS_NEXT] as const;
    return this.#walk(walk, numbered(rpIdHash), Result.TOTAL_CREDENTIALS, decodeCredential, options);
  }

  /** CtapError NO_CREDENTIALS when the authenticator does not have it. */
  async delete(credential: CredentialDescriptor, options?: CallOptions): Promise<void> {
    await this.#send(Subcommand.DELETE_CREDENTIAL, numbered(undefined, encodeDescriptor(credential)), options);
  }

  /**
   * Changes the names of a credential's user (updateUserInformation, §6.8.6); absent ones are taken off. The user handle
   * stays: CtapError INVALID_PARAMETER for another. The preview command cannot do this: ClientError `unsupported`.
   */
  async updateUser(credential: CredentialDescriptor, user: UserEntity, options?: CallOptions): Promise<void> {
    if (this.#command !== CtapCommand.CREDENTIAL_MANAGEMENT)
      throw new ClientError('unsupported', 'This key cannot rename passkeys');
    const parameters = numbered(undefined, encodeDescriptor(credential), encodeUser(user));
    await this.#send(Subcommand.UPDATE_USER_INFORMATION, parameters, options);
  }

  async #walk<T>(
    [begin, next]: readonly [Subcommand, Subcommand],
    parameters: CborMap | undefined,
    totalKey: number,
    decode: (answer: CborMap) => T,
    options: CallOptions | undefined,
  ): Promise<T[]> {
    let answer: CborMap;
    try {
      answer = await this.#send(begin, parameters, options);
    } catch (error) {
      if (error instanceof CtapError && error.status === CtapStatus.NO_CREDENTIALS) return []; // the way to say: none
      throw error;
    }
    // Some 2.1-PRE keys say none by an entry of nobody without a total: the count decides whether it is that.
    const says = optional(answer, totalKey, 'total', isCount);
    if (says === undefined && (await this.metadata(options)).existing === 0) return [];
    const total = listLength(required(answer, totalKey, 'total', isCount), 'total');
    if (total === 0) return []; // others by this
    const items = [decode(answer)];
    while (items.length < total) {
      // The following ones carry no authentication (§6.8.3 and §6.8.4).
      items.push(decode(await this.#ctap.send(this.#command, numbered(next), options)));
    }
    return items;
  }

  #send(subcommand: Subcommand, parameters: CborMap | undefined, options: CallOptions | undefined): Promise<CborMap> {
    const { protocol, bytes } = this.#token;
    const message = concat(Uint8Array.of(subcommand), parameters ? encode(parameters) : new Uint8Array());
    const members: (CborValue | undefined)[] = [
      subcommand,
      parameters,
      protocol.version,
      protocol.authenticate(bytes, message),
    ];
    return this.#ctap.send(this.#command, numbered(...members), options);
  }
}

function decodeRelyingParty(answer: CborMap): StoredRelyingParty {
  const rp = required(answer, Result.RP, 'rp', isMap);
  return {
    id: optional(rp, 'id', 'rp.id', isText) ?? '',
    name: optional(rp, 'name', 'rp.name', isText),
    rpIdHash: required(answer, Result.RP_ID_HASH, 'rpIDHash', isBytes),
  };
}

function decodeCredential(answer: CborMap): StoredCredential {
  return {
    id: decodeDescriptor(required(answer, Result.CREDENTIAL_ID, 'credentialID', isMap)),
    user: decodeUser(required(answer, Result.USER, 'user', isMap)),
    publicKey: required(answer, Result.PUBLIC_KEY, 'publicKey', isMap),
    credProtect: optional(answer, Result.CRED_PROTECT, 'credProtect', isCount),
    largeBlobKey: optional(answer, Result.LARGE_BLOB_KEY, 'largeBlobKey', isBytes),
    thirdPartyPayment: optional(answer, Result.THIRD_PARTY_PAYMENT, 'thirdPartyPayment', isBoolean),
  };
}
