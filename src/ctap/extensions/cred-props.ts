import type { Extension } from './extension.js';

/**
 * credProps (WebAuthn Level 3 §10.1.3): whether the credential is discoverable. Keys of CTAP 2.0 may make a discoverable
 * one unasked, so "no" is not certain there, and is not said.
 */
export const credProps: Extension = {
  creation: ({ inputs, info, rk }) => {
    if (inputs.credProps !== true) return undefined;
    const isCertain = rk || info.versions.some((version) => version === 'FIDO_2_1' || version === 'FIDO_2_3');
    return isCertain ? { result: () => ({ credProps: { rk } }) } : undefined;
  },
};
