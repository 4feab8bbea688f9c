import type { CborValue } from '../../ctap/codec/cbor.js';
import type { CommandContext } from '../commands/command.js';
import type { Credential } from '../credentials/lookup.js';
import type { Fields } from '../fields.js';
import type { StoredCredential } from '../store/key-state.js';

/** What extensions may know of the request that they come with. */
interface ExtensionCall {
  readonly context: CommandContext;
  readonly rpId: string;
  /** The extension inputs, all of them. */
  readonly inputs: Fields;
  readonly userVerified: boolean;
}

export interface CreationCall extends ExtensionCall {
  readonly discoverable: boolean;
}

export interface AssertionCall extends ExtensionCall {
  readonly userPresence: boolean;
}

/** What a credential remembers because of extensions. */
export type Traits = Partial<Pick<StoredCredential, 'protection' | 'credBlob' | 'largeBlobKey' | 'thirdPartyPayment'>>;

/** What an extension answers: in the signed authenticator data under its name, or beside it. */
export interface ExtensionOutput {
  readonly signed?: CborValue;
  /** Member 0x05 of makeCredential's answer, 0x07 of getAssertion's. */
  readonly largeBlobKey?: Uint8Array;
}

/** An extension's part in the making of one credential. */
interface CreationPart {
  readonly traits?: Traits;
  /** Called once the credential has its ID; nothing is answered where this is absent. */
  readonly output?: (credentialId: Uint8Array) => ExtensionOutput;
}

/** An extension's answer for one credential that signs; undefined: none. */
type AssertionPart = (credential: Credential) => ExtensionOutput | undefined;

/**
 * One extension of CTAP (CTAP 2.2 §12). Both hooks read their own input, refuse what is wrong with it, and give undefined
 * when they were not asked.
 */
export interface Extension {
  /** The identifier in getInfo, in requests and in the authenticator data. */
  readonly name: string;
  readonly creation?: (call: CreationCall) => CreationPart | undefined;
  readonly assertion?: (call: AssertionCall) => AssertionPart | undefined;
}
