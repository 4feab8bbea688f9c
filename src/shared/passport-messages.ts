import type { CertificationLevel, KeyPassport, PassportWarningCode } from './passport.js';

/** What a person reads for each warning of a passport. Plain data, for window and command line alike. */
export const WARNING_SENTENCES: Readonly<Record<PassportWarningCode, string>> = {
  'model-unknown': 'Keydesk does not know this model.',
  'vendor-differs': 'The device names another maker than the model that it says it is.',
  'metadata-stale': 'The metadata of this station is out of date: what is newer is not known here.',
  'not-in-metadata': 'The metadata of this station does not know this model.',
  'update-available': 'There is a newer firmware for this model, which mends a known fault.',
  compromised: 'This model has a known weakness. Do not use it for new passkeys.',
  'differs-from-metadata': 'The key lacks something that its model has.',
  'certification-only-claimed': 'The key says that it is certified. Nothing here proves it.',
  'pin-must-change': 'The PIN of this key must be changed before it is used.',
  full: 'The key has no room for another passkey.',
};

const CERTIFICATION_NAMES: Readonly<Record<CertificationLevel, string>> = {
  none: 'Not certified',
  FIDO_CERTIFIED: 'FIDO certified',
  FIDO_CERTIFIED_L1: 'FIDO certified, level 1',
  FIDO_CERTIFIED_L1plus: 'FIDO certified, level 1+',
  FIDO_CERTIFIED_L2: 'FIDO certified, level 2',
  FIDO_CERTIFIED_L2plus: 'FIDO certified, level 2+',
  FIDO_CERTIFIED_L3: 'FIDO certified, level 3',
  FIDO_CERTIFIED_L3plus: 'FIDO certified, level 3+',
};

/** A certification in words. Where neither metadata nor the key says anything, that is not the same as having none. */
export function certificationText({ level, source, others }: KeyPassport['certification']): string {
  if (source === 'nobody') return 'Not known here';
  return [CERTIFICATION_NAMES[level], ...others].join(', ');
}
