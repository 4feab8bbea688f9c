import type { KeySummary } from '../../../shared/keys.js';
import { isU2fOnly } from './model.js';

export type SectionId = 'overview' | 'pin' | 'passkeys' | 'fingerprints' | 'settings' | 'reset' | 'trace';

export interface Section {
  readonly id: SectionId;
  readonly name: string;
}

/** The parts of a key's page: what the key does not know at all is left out. */
export function sectionsOf(key: KeySummary): readonly Section[] {
  const { details } = key;
  const isManaged = details !== undefined && !isU2fOnly(key);
  return [
    { id: 'overview' as const, name: 'Overview', there: true },
    { id: 'pin' as const, name: 'PIN', there: details !== undefined && details.pin.state !== 'unsupported' },
    { id: 'passkeys' as const, name: 'Stored passkeys', there: isManaged },
    { id: 'fingerprints' as const, name: 'Fingerprints', there: details?.managesFingerprints ?? false },
    { id: 'settings' as const, name: 'Settings', there: isManaged },
    { id: 'reset' as const, name: 'Reset', there: isManaged },
    { id: 'trace' as const, name: 'Trace', there: details !== undefined },
  ].filter(({ there }) => there);
}
