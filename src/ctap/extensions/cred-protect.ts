import { badAnswer } from '../client/answer.js';
import { ClientError } from '../client/errors.js';
import { isCount, optional } from '../members.js';
import type { Extension } from './extension.js';

const NAME = 'credProtect';

/** The levels of protection by their names in client inputs (CTAP 2.2 §12.1). */
const LEVELS: ReadonlyMap<string, number> = new Map([
  ['userVerificationOptional', 1],
  ['userVerificationOptionalWithCredentialIDList', 2],
  ['userVerificationRequired', 3],
]);

/** credProtect (CTAP 2.2 §12.1): how much a credential is hidden from whoever has not verified the person. */
export const credProtect: Extension = {
  creation: ({ inputs, info }) => {
    const { credentialProtectionPolicy: policy, enforceCredentialProtectionPolicy: isEnforced = false } = inputs;
    if (policy === undefined) return undefined;
    const level = LEVELS.get(policy);
    if (level === undefined) throw new ClientError('bad-options', 'credentialProtectionPolicy is none that there is');
    const isMust = isEnforced && level > 1;
    if (!info.extensions.includes(NAME)) {
      if (isMust) throw new ClientError('unsupported', 'This key cannot protect credentials');
      return undefined;
    }
    return {
      request: () => [[NAME, level]],
      result: ({ outputs }) => {
        const given = optional(outputs, NAME, NAME, isCount) ?? 1;
        if (isMust && given < level) throw badAnswer('protects the credential less than asked');
        return {}; // relying parties read the level in the authenticator data
      },
    };
  },
};
