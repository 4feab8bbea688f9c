import type { Authenticator } from '../authenticator.js';
import type { MakeCredentialResult } from '../make-credential.js';
import type { PinSession } from '../pin/pin-session.js';
import type { Interaction } from './interaction.js';

/** A new credential as the key attests it (WebAuthn Level 3 §6.5). */
export interface MadeCredential extends Pick<MakeCredentialResult, 'fmt' | 'authData' | 'attStmt'> {
  /** SHA-256 of clientDataJSON, which the attestation signs too. */
  readonly clientDataHash: Uint8Array;
}

/** Where a ceremony finds a verification of the person that was made before it, and leaves one for the next. */
export type VerificationSession = Pick<PinSession, 'token' | 'keep' | 'drop'>;

/** Everything a ceremony works with. */
export interface CeremonyContext {
  readonly authenticator: Authenticator;
  readonly interaction: Interaction;
  /** Aborting it ends the ceremony with its reason, and leaves the key idle. */
  readonly signal?: AbortSignal | undefined;
  /** Called when the request that makes a credential goes out: from then on it may exist, unless the key refuses (`isRefusal`). */
  readonly onSent?: (() => void) | undefined;
  /** Told what the key has made, with the attestation as it came: the relying party may not have asked for it. */
  readonly onMade?: ((made: MadeCredential) => void) | undefined;
  /**
   * Relying parties that may learn which very key it is because this station trusts them with that (platform-managed
   * enterprise attestation). Others learn it only where the key's maker has named them in the key.
   */
  readonly enterpriseRpIds?: readonly string[] | undefined;
  /** Given by a caller for whom one PIN shall serve for several requests: `ClientPin.openSession`, `whoIsIt`, `whoByAssertion`. */
  readonly session?: VerificationSession | undefined;
}
