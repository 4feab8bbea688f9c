import type { Authenticator } from '../authenticator.js';
import type { StoredCredential } from '../credential-management.js';
import { CtapError, ResponseError } from '../errors.js';
import { hasLargeBlobs, LargeBlobs } from '../large-blobs.js';
import type { CallOptions } from '../transport.js';

/**
 * How much data a key keeps beside each of these credentials (large blobs, CTAP 2.2 §6.10), in bytes before compression.
 * Reading them takes no token. A key without any credential that could have some is not asked.
 * @returns by credential; those without data are not in it. Undefined where the key's array cannot be read: a list of
 *   passkeys is worth having without it
 */
export async function blobSizes(
  { ctap, info }: Authenticator,
  credentials: readonly StoredCredential[],
  options?: CallOptions,
): Promise<ReadonlyMap<StoredCredential, number> | undefined> {
  const keyed = credentials.flatMap((credential) =>
    credential.largeBlobKey ? [{ credential, key: credential.largeBlobKey }] : [],
  );
  if (keyed.length === 0 || !hasLargeBlobs(info)) return new Map();
  const keys = keyed.map(({ key }) => key);
  try {
    const { sizes } = await new LargeBlobs(ctap, info).survey(keys, options);
    return new Map(
      keyed.flatMap(({ credential }, index) => {
        const size = sizes[index];
        return size === undefined ? [] : [[credential, size] as const];
      }),
    );
  } catch (error) {
    if (error instanceof CtapError || error instanceof ResponseError) {
      options?.signal?.throwIfAborted();
      return undefined;
    }
    throw error;
  }
}
