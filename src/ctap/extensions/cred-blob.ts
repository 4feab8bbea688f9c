import { binary } from '../client/credential-lists.js';
import { toBase64url } from '../codec/bytes.js';
import { isBoolean, isBytes, optional } from '../members.js';
import type { Extension } from './extension.js';

const NAME = 'credBlob';

/** credBlob (CTAP 2.2 §12.2): a few bytes that a relying party leaves with a credential, and gets back at each sign-in. */
export const credBlob: Extension = {
  creation: ({ inputs, info }) => {
    if (inputs.credBlob === undefined) return undefined;
    const blob = binary('extensions.credBlob', inputs.credBlob);
    // What this key has no room for is not stored, which is what the result says: a credential without it is still one.
    if (!info.extensions.includes(NAME) || blob.length > (info.maxCredBlobLength ?? 0))
      return { result: () => ({ credBlob: false }) };
    return {
      request: () => [[NAME, blob]],
      room: blob.length + 16,
      result: ({ outputs }) => ({ credBlob: optional(outputs, NAME, NAME, isBoolean) ?? false }),
    };
  },
  assertion: ({ inputs, info }) => {
    if (inputs.getCredBlob !== true || !info.extensions.includes(NAME)) return undefined;
    return {
      request: () => [[NAME, true]],
      result: ({ outputs }) => {
        const blob = optional(outputs, NAME, NAME, isBytes);
        return blob ? { getCredBlob: toBase64url(blob) } : {};
      },
    };
  },
};
