import type { Extension } from './extension.js';

/** thirdPartyPayment (CTAP 2.2 §12): whether a credential may confirm payments for others than its relying party. */
export const thirdPartyPayment: Extension = {
  name: 'thirdPartyPayment',
  creation: ({ inputs, discoverable }) => {
    if (inputs.boolean('thirdPartyPayment') !== true || !discoverable) return undefined;
    return { traits: { thirdPartyPayment: true }, output: () => ({ signed: true }) };
  },
  assertion: ({ inputs }) => {
    if (inputs.boolean('thirdPartyPayment') !== true) return undefined;
    return (credential) => ({ signed: credential.thirdPartyPayment ?? false });
  },
};
