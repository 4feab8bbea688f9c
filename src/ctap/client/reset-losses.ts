import type { Authenticator } from '../authenticator.js';
import { BioEnrollment } from '../bio-enrollment.js';
import { equal, utf8 } from '../codec/bytes.js';
import { sha256 } from '../codec/sha256.js';
import { Permission } from '../commands.js';
import { CredentialManagement, managesCredentials } from '../credential-management.js';
import type { CredentialDescriptor, UserEntity } from '../credentials.js';
import { CtapError, ResponseError } from '../errors.js';
import { getAssertion } from '../get-assertion.js';
import { hasLargeBlobs, LargeBlobs } from '../large-blobs.js';
import type { PinUvAuthToken } from '../pin/token.js';
import type { CallOptions } from '../transport.js';

/** A passkey that a reset destroys. */
export interface LostCredential {
  readonly rpId: string;
  readonly rpIdHash: Uint8Array;
  readonly user: UserEntity;
  readonly credential: CredentialDescriptor;
}

/** What a reset takes away, as far as it can be told beforehand. */
export interface ResetLosses {
  /** The passkeys on the key, one by one; undefined without a token to read them. Those that are not discoverable are never listed. */
  readonly credentials: readonly LostCredential[] | undefined;
  /** How many discoverable credentials there is room for now; undefined where the key does not say. */
  readonly slotsLeft: number | undefined;
  readonly pin: boolean;
  readonly fingerprints: boolean;
  /** How many; undefined without a token to read them. */
  readonly fingerprintCount: number | undefined;
  /** Pieces of data that websites keep on the key; undefined where it has no room for any, or they cannot be read. */
  readonly blobs: number | undefined;
}

/**
 * Reads what a reset would take away. Nothing is changed.
 * @param token with the permission to manage credentials, and fingerprints; without one, what a key tells anybody
 */
export async function readLosses(
  { ctap, info }: Pick<Authenticator, 'ctap' | 'info'>,
  token?: PinUvAuthToken,
  options?: CallOptions,
): Promise<ResetLosses> {
  const { options: has } = info;
  const fingerprints = has.get('bioEnroll') === true || has.get('userVerificationMgmtPreview') === true;
  return {
    credentials:
      token && managesCredentials(info) ? await list(new CredentialManagement(ctap, info, token), options) : undefined,
    slotsLeft: info.remainingDiscoverableCredentials,
    pin: has.get('clientPin') === true,
    fingerprints,
    fingerprintCount:
      fingerprints && token && mayReadFingerprints(token)
        ? (await new BioEnrollment(ctap, info, token).enumerate(options)).length
        : undefined,
    blobs: hasLargeBlobs(info) ? await countBlobs(new LargeBlobs(ctap, info), options) : undefined,
  };
}

function mayReadFingerprints({ permissions = Permission.BIO_ENROLLMENT }: PinUvAuthToken): boolean {
  return (permissions & Permission.BIO_ENROLLMENT) !== 0;
}

/** An array that is damaged, or is not given out, keeps nobody from resetting the key. */
async function countBlobs(blobs: LargeBlobs, options: CallOptions | undefined): Promise<number | undefined> {
  try {
    const { orphans, foreign } = await blobs.survey([], options);
    return orphans + foreign;
  } catch (error) {
    if (error instanceof CtapError || error instanceof ResponseError) return undefined;
    throw error;
  }
}

async function list(management: CredentialManagement, options: CallOptions | undefined): Promise<LostCredential[]> {
  const lost: LostCredential[] = [];
  for (const { id: rpId, rpIdHash } of await management.relyingParties(options)) {
    for (const { id: credential, user } of await management.credentials(rpIdHash, options))
      lost.push({ rpId, rpIdHash, user, credential });
  }
  return lost;
}

/**
 * How many of the passkeys that were to be lost the key still answers for: none after a reset. Asked without PIN or touch,
 * so those that hide without user verification count as gone; those of an RP ID that the key has cut cannot be asked for.
 */
export async function stillThere(
  { ctap }: Pick<Authenticator, 'ctap'>,
  credentials: readonly LostCredential[],
  options?: CallOptions,
): Promise<number> {
  let there = 0;
  for (const { rpId, rpIdHash, credential } of credentials) {
    if (!equal(sha256(utf8(rpId)), rpIdHash)) continue;
    const request = { rpId, clientDataHash: new Uint8Array(32), allowList: [credential], up: false as const };
    try {
      await getAssertion(ctap, request, options);
      there++;
    } catch (error) {
      if (!(error instanceof CtapError)) throw error; // any status but success: it signs nothing
    }
  }
  return there;
}
