import type { PinProtocol } from './protocol.js';

/** Leave to do something, given by the authenticator for a PIN or a fingerprint (§6.5.2.1). */
export interface PinUvAuthToken {
  readonly protocol: PinProtocol;
  readonly bytes: Uint8Array;
  /** Bits of `Permission`; undefined for a token of CTAP 2.0, which may do everything. */
  readonly permissions: number | undefined;
}

/** What a token is asked for. */
export interface TokenPurpose {
  /** Bits of `Permission`: the least that serves. */
  readonly permissions: number;
  /** Required with the permissions to make credentials and get assertions. */
  readonly rpId?: string | undefined;
}
