import type { Extension } from './extension.js';

/** credBlob (CTAP 2.2 §12.2): a few bytes that a relying party leaves with a discoverable credential. */
export const credBlob: Extension = {
  name: 'credBlob',
  creation: ({ inputs, discoverable, context }) => {
    const blob = inputs.bytes('credBlob');
    if (!blob) return undefined;
    // What has no room is not kept, and the answer says so: the credential is made all the same.
    const isKept = discoverable && blob.length <= (context.profile.maxCredBlobLength ?? 0);
    return { ...(isKept && { traits: { credBlob: blob } }), output: () => ({ signed: isKept }) };
  },
  assertion: ({ inputs }) => {
    if (inputs.boolean('credBlob') !== true) return undefined;
    return (credential) => ({ signed: credential.credBlob ?? new Uint8Array() });
  },
};
