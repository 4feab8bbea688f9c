import { randomBytes } from 'node:crypto';

import { CtapStatus } from '../../ctap/status.js';
import { type Fields, refuse } from '../fields.js';
import type { Extension } from './extension.js';

const KEY_LENGTH = 32;

/** largeBlobKey (CTAP 2.2 §12.3): the key that seals a credential's entry in the large-blob array. */
export const largeBlobKey: Extension = {
  name: 'largeBlobKey',
  creation: ({ inputs, discoverable }) => {
    if (!isAsked(inputs)) return undefined;
    // The platform finds such keys by credential management later: they are for discoverable credentials only.
    if (!discoverable) refuse(CtapStatus.INVALID_OPTION);
    const key = Uint8Array.from(randomBytes(KEY_LENGTH));
    return { traits: { largeBlobKey: key }, output: () => ({ largeBlobKey: key }) };
  },
  assertion: ({ inputs }) => {
    if (!isAsked(inputs)) return undefined;
    return (credential) => credential.largeBlobKey && { largeBlobKey: credential.largeBlobKey };
  },
};

function isAsked(inputs: Fields): boolean {
  const input = inputs.boolean('largeBlobKey');
  // Only true is a value of this input (§12.3).
  return input === undefined ? false : input || refuse(CtapStatus.INVALID_OPTION);
}
