import { isSince21 } from '../get-info.js';
import type { Extension } from './extension.js';

/**
 * credProps (WebAuthn Level 3 §10.1.3): whether the credential is discoverable. Keys of CTAP 2.0 may make a discoverable
 * one unasked, so "no" is not certain there, and is not said.
 */
export const credProps: Extension = {
  creation: ({ inputs, info, rk }) => {
    if (inputs.credProps !== true) return undefined;
    const isCertain = rk || isSince21(info);
    return isCertain ? { result: () => ({ credProps: { rk } }) } : undefined;
  },
};
