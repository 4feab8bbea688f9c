import { binary } from '../client/credential-lists.js';
import { ClientError } from '../client/errors.js';
import { isVerificationSetUp } from '../client/user-verification.js';
import type { ExtensionResultsJSON } from '../client/webauthn-json.js';
import { toBase64url } from '../codec/bytes.js';
import { Permission } from '../commands.js';
import { CtapError, ResponseError } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import { hasLargeBlobs, LargeBlobs } from '../large-blobs.js';
import type { Extension, ExtensionAnswer } from './extension.js';

const NAME = 'largeBlobKey';

/** largeBlob (WebAuthn Level 3 §10.1.5), by the key that largeBlobKey (CTAP 2.2 §12.3) gives to the large-blob array. */
export const largeBlob: Extension = {
  creation: ({ inputs, info, rk }) => {
    if (inputs.largeBlob === undefined) return undefined;
    const { support, read, write } = inputs.largeBlob;
    if (read !== undefined || write !== undefined)
      throw new ClientError('bad-options', 'largeBlob is read and written when signing in, not at creation');
    // A largeBlobKey is for discoverable credentials only.
    const isAble = rk && isSupported(info);
    if (support === 'required' && !isAble)
      throw new ClientError('unsupported', 'This key keeps no large blob for such a credential');
    return {
      ...(isAble && { request: () => [[NAME, true]] }),
      result: ({ largeBlobKey }) => ({ largeBlob: { supported: largeBlobKey !== undefined } }),
    };
  },
  assertion: ({ inputs, info, allowed }) => {
    if (inputs.largeBlob === undefined) return undefined;
    const { support, read, write } = inputs.largeBlob;
    if (support !== undefined) throw new ClientError('bad-options', 'largeBlob.support is for creation');
    if (read === true && write !== undefined)
      throw new ClientError('bad-options', 'largeBlob is either read or written');
    if (write !== undefined && allowed.length !== 1)
      throw new ClientError('bad-options', 'largeBlob is written for exactly one allowed credential');
    const blob = write === undefined ? undefined : binary('extensions.largeBlob.write', write);
    if (!blob && read !== true) return { result: () => ({ largeBlob: {} }) };
    if (!isSupported(info)) return { result: () => ({ largeBlob: blob ? { written: false } : {} }) };
    return {
      request: () => [[NAME, true]],
      ...(blob && { permissions: Permission.LARGE_BLOB_WRITE, needsVerification: isVerificationSetUp(info) }),
      result: (answer) => (blob ? storing(answer, blob) : reading(answer)),
    };
  },
};

function isSupported(info: DeviceInfo): boolean {
  return hasLargeBlobs(info) && info.extensions.includes(NAME);
}

async function reading({ ctap, info, largeBlobKey, signal }: ExtensionAnswer): Promise<ExtensionResultsJSON> {
  if (!largeBlobKey) return { largeBlob: {} };
  const outcome = await orRefused(new LargeBlobs(ctap, info).read(largeBlobKey, { signal }));
  return { largeBlob: outcome instanceof Uint8Array ? { blob: toBase64url(outcome) } : {} };
}

async function storing(
  { ctap, info, largeBlobKey, token, signal }: ExtensionAnswer,
  blob: Uint8Array,
): Promise<ExtensionResultsJSON> {
  if (!largeBlobKey) return { largeBlob: { written: false } };
  const outcome = await orRefused(new LargeBlobs(ctap, info, token).write(largeBlobKey, blob, { signal }));
  return { largeBlob: { written: outcome !== 'refused' } };
}

/**
 * The person is signed in by now: a key that cannot give or take the blob, for want of room, say, does not undo that, and
 * the relying party learns of it by the result (§10.1.5, client extension processing). A cable that fails still throws.
 */
async function orRefused<T>(work: Promise<T>): Promise<T | 'refused'> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CtapError || error instanceof ResponseError) return 'refused';
    throw error;
  }
}
