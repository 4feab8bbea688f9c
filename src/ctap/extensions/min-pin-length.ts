import { isCount, optional } from '../members.js';
import type { Extension } from './extension.js';

const NAME = 'minPinLength';

/** minPinLength (CTAP 2.2 §12.4): the shortest PIN in code points, told to relying parties that an administrator named. */
export const minPinLength: Extension = {
  creation: ({ inputs, info }) => {
    if (inputs.minPinLength !== true || !info.extensions.includes(NAME)) return undefined;
    return {
      request: () => [[NAME, true]],
      result: ({ outputs }) => {
        const length = optional(outputs, NAME, NAME, isCount);
        return length === undefined ? {} : { minPinLength: length };
      },
    };
  },
};
