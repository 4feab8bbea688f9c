import type { StoredPasskey } from '../../../shared/on-key.js';

/** What a passkey is called by its account; keys may have kept no name at all. */
export function nameOf({ userName, displayName }: StoredPasskey): string {
  return userName || displayName || 'No name';
}
