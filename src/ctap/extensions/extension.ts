import type { CborMap, CborValue } from '../codec/cbor.js';
import type { CreationExtensionsJSON, ExtensionResultsJSON, RequestExtensionsJSON } from '../client/webauthn-json.js';
import type { CredentialDescriptor } from '../credentials.js';
import type { Ctap2 } from '../ctap2.js';
import type { DeviceInfo } from '../get-info.js';
import type { SharedSecret } from '../pin/client-pin.js';
import type { PinUvAuthToken } from '../pin/token.js';

/** A creation, as far as extensions look at it. */
export interface CreationCall {
  readonly inputs: CreationExtensionsJSON;
  readonly info: DeviceInfo;
  /** Whether the credential will be discoverable. */
  readonly rk: boolean;
}

/** An assertion, as far as extensions look at it. */
export interface AssertionCall {
  readonly inputs: RequestExtensionsJSON;
  readonly info: DeviceInfo;
  /** The IDs of the relying party's allow list in base64url; empty where it sent none. */
  readonly allowed: readonly string[];
}

/** What is at hand when a request is put together. */
interface RequestMeans {
  /** There when the part `needsSecret`. */
  readonly shared: SharedSecret | undefined;
  /** The only credential that the request allows, if it is only one. */
  readonly only: CredentialDescriptor | undefined;
}

/** What the key answered, and what may be done with it. */
export interface ExtensionAnswer {
  /** The extension outputs of the authenticator data: only such as were asked for. */
  readonly outputs: CborMap;
  readonly largeBlobKey: Uint8Array | undefined;
  readonly shared: SharedSecret | undefined;
  readonly ctap: Ctap2;
  readonly info: DeviceInfo;
  readonly token: PinUvAuthToken | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An extension's part in one ceremony. */
export interface ExtensionPart {
  /** Its entries in the request's extension inputs. May be called again when a request has to be repeated. */
  readonly request?: (means: RequestMeans) => readonly (readonly [string, CborValue])[];
  /** About how many bytes those entries take; 64 where it does not say. */
  readonly room?: number;
  /** The request is to be put together with a secret that is shared with the key. */
  readonly needsSecret?: boolean;
  /** The request differs from one credential to the next: which one it is for must be known before. */
  readonly perCredential?: boolean;
  /** The person must be verified, whatever the relying party says. */
  readonly needsVerification?: boolean;
  /** Bits of `Permission` that the token needs besides those of the ceremony. */
  readonly permissions?: number;
  /**
   * The client extension results that the key's answer amounts to. May go on talking to the key.
   * @throws ClientError `bad-answer`, ResponseError
   */
  readonly result?: (answer: ExtensionAnswer) => ExtensionResultsJSON | Promise<ExtensionResultsJSON>;
}

/**
 * One extension of WebAuthn or CTAP, on the client's side. Both hooks give undefined when they were not asked, and
 * throw a ClientError for inputs that make no sense (`bad-options`) or that the key cannot do and must (`unsupported`),
 * before the person is troubled.
 */
export interface Extension {
  readonly creation?: (call: CreationCall) => ExtensionPart | undefined;
  readonly assertion?: (call: AssertionCall) => ExtensionPart | undefined;
}
