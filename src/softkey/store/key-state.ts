import { hkdfSync } from 'node:crypto';

import { EMPTY_LARGE_BLOB_ARRAY } from '../../ctap/large-blob-array.js';

/** All that a key remembers without power. A value: changes make a new one. */
export interface KeyState {
  /** 32 bytes from which key handles are encrypted; a reset makes new ones, so that old handles mean nothing. */
  readonly masterSecret: Uint8Array;
  /** The last signature counter that was given out; one for all credentials. */
  readonly signCount: number;
  readonly pin: StoredPin | undefined;
  /** Wrong PINs that are left before only a reset helps. */
  readonly pinRetries: number;
  /** Fingers that were not recognised are counted too: how many more may be, before it takes the PIN. */
  readonly uvRetries: number;
  readonly fingerprints: readonly StoredFingerprint[];
  /** Oldest first. */
  readonly credentials: readonly StoredCredential[];
  /** How often `credentials` changed since the last reset. */
  readonly credentialChanges: number;
  readonly config: KeyConfig;
  /** The token that only lists credentials, 32 bytes: the same one through power cycles, until the PIN changes (CTAP 2.3 §6.5.2.1). */
  readonly persistentToken: Uint8Array;
  /** The serialized large-blob array (CTAP 2.2 §6.10): CBOR, and the first 16 bytes of its SHA-256. */
  readonly largeBlobs: Uint8Array;
  /** 32 bytes from the factory, which no reset changes: from them come the serial number and the key of enterprise attestation. */
  readonly deviceSecret: Uint8Array;
}

export interface StoredPin {
  /** The first 16 bytes of the PIN's SHA-256: all that CTAP compares (CTAP 2.2 §6.5.5.5). */
  readonly hash: Uint8Array;
  /** Code points: a shortest length that grows later may be more than that. */
  readonly length: number;
}

/** What is kept of a finger (CTAP 2.2 §6.7). */
export interface StoredFingerprint {
  readonly id: Uint8Array;
  /** As its owner calls it; empty until somebody does. */
  readonly name: string;
  /** Stands for what a sensor would compare: the name under which `FingerprintSensor` gives the finger. */
  readonly finger: string;
}

/** What authenticatorConfig has made of the key (CTAP 2.3 §6.11). */
export interface KeyConfig {
  /** No credential is made or used without user verification, whatever relying parties ask. */
  readonly alwaysUv: boolean;
  readonly enterpriseAttestation: boolean;
  /** Code points that a new PIN must have; undefined: as many as the model wants. */
  readonly minPinLength: number | undefined;
  /** Relying parties that may learn it, by the extension minPinLength. */
  readonly minPinLengthRpIds: readonly string[];
  /** No token for the PIN until it is another one. */
  readonly forcePinChange: boolean;
  readonly longTouchForReset: boolean;
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
  /** A few bytes of the relying party's own (credBlob, CTAP 2.2 §12.2). */
  readonly credBlob?: Uint8Array;
  /** Seals the credential's entry in the large-blob array (largeBlobKey, §12.3); 32 bytes. */
  readonly largeBlobKey?: Uint8Array;
  /** May confirm payments for others than its relying party (thirdPartyPayment, §12). */
  readonly thirdPartyPayment?: boolean;
}

export const MAX_PIN_RETRIES = 8;
export const MAX_UV_RETRIES = 5;

export const FACTORY_CONFIG: KeyConfig = {
  alwaysUv: false,
  enterpriseAttestation: false,
  minPinLength: undefined,
  minPinLengthRpIds: [],
  forcePinChange: false,
  longTouchForReset: false,
};

/** The state of a key fresh from the factory, or from a reset. */
export function blankState(masterSecret: Uint8Array, deviceSecret = firstDeviceSecret(masterSecret)): KeyState {
  return {
    masterSecret,
    signCount: 0,
    pin: undefined,
    pinRetries: MAX_PIN_RETRIES,
    uvRetries: MAX_UV_RETRIES,
    fingerprints: [],
    credentials: [],
    credentialChanges: 0,
    config: FACTORY_CONFIG,
    persistentToken: firstPersistentToken(masterSecret),
    largeBlobs: EMPTY_LARGE_BLOB_ARRAY,
    deviceSecret,
  };
}

/** The device secret of a key that has none yet: from its first master secret, which it cannot be told from. */
export function firstDeviceSecret(masterSecret: Uint8Array): Uint8Array {
  return derived(masterSecret, 'keydesk device secret', 32);
}

/** The persistent token before a PIN was ever changed. */
export function firstPersistentToken(masterSecret: Uint8Array): Uint8Array {
  return derived(masterSecret, 'keydesk persistent token', 32);
}

/** Bytes that only a holder of the master secret can make, others for each purpose. */
export function derived(masterSecret: Uint8Array, purpose: string, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', masterSecret, new Uint8Array(), purpose, length));
}
