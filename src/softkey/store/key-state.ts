/** All that a key remembers without power. A value: changes make a new one. */
export interface KeyState {
  /** 32 bytes from which key handles are encrypted; a reset makes new ones, so that old handles mean nothing. */
  readonly masterSecret: Uint8Array;
  /** The last signature counter that was given out; one for all credentials. */
  readonly signCount: number;
  readonly pin: StoredPin | undefined;
  /** Wrong PINs that are left before only a reset helps. */
  readonly pinRetries: number;
  /** Oldest first. */
  readonly credentials: readonly StoredCredential[];
}

export interface StoredPin {
  /** The first 16 bytes of the PIN's SHA-256: all that CTAP compares (CTAP 2.2 §6.5.5.5). */
  readonly hash: Uint8Array;
}

/** How much a relying party wants a credential hidden (credProtect, CTAP 2.2 §12.1). */
export const Protection = { OPTIONAL: 1, OPTIONAL_WITH_ID_LIST: 2, REQUIRED: 3 } as const;
export type Protection = (typeof Protection)[keyof typeof Protection];

export interface User {
  /** The user handle, 1 to 64 bytes. */
  readonly id: Uint8Array;
  readonly name?: string;
  readonly displayName?: string;
}

export interface StoredCredential {
  readonly id: Uint8Array;
  readonly rpId: string;
  readonly user: User;
  /** COSE algorithm. */
  readonly algorithm: number;
  /** As `SigningKey.secret` gives it. */
  readonly secret: Uint8Array;
  readonly protection: Protection;
  /** Whether it can be found without its ID. RSA keys are stored even when not: they do not fit into a key handle. */
  readonly discoverable: boolean;
}

export const MAX_PIN_RETRIES = 8;

/** The state of a key fresh from the factory, or from a reset. */
export function blankState(masterSecret: Uint8Array): KeyState {
  return { masterSecret, signCount: 0, pin: undefined, pinRetries: MAX_PIN_RETRIES, credentials: [] };
}
