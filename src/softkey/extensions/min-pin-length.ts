import type { Extension } from './extension.js';

/** minPinLength (CTAP 2.2 §12.4): tells the shortest PIN, in code points, to relying parties that authenticatorConfig named. */
export const minPinLength: Extension = {
  name: 'minPinLength',
  creation: ({ context, inputs, rpId }) => {
    const { config } = context.memory.state;
    if (inputs.boolean('minPinLength') !== true || !config.minPinLengthRpIds.includes(rpId)) return undefined;
    return { output: () => ({ signed: config.minPinLength ?? context.profile.pinPolicy.minLength }) };
  },
};
