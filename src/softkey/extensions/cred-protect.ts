import { CtapStatus } from '../../ctap/status.js';
import { refuse } from '../fields.js';
import { Protection } from '../store/key-state.js';
import type { Extension } from './extension.js';

/** credProtect (CTAP 2.2 §12.1): how much a credential is hidden from whoever has not verified the user. */
export const credProtect: Extension = {
  name: 'credProtect',
  creation: ({ inputs }) => {
    const level = inputs.integer('credProtect');
    if (level === undefined) return undefined;
    const protection = Object.values(Protection).find((known) => known === level) ?? refuse(CtapStatus.INVALID_OPTION);
    return { traits: { protection }, output: () => ({ signed: protection }) };
  },
};
