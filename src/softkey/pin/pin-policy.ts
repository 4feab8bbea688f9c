import { CtapStatus } from '../../ctap/status.js';
import { sha256 } from '../credentials/key-handle.js';
import { refuse } from '../fields.js';
import { MAX_PIN_BYTES, MIN_PIN_LENGTH } from '../profile.js';
import type { StoredPin } from '../store/key-state.js';

const PADDED_LENGTH = 64;

/**
 * What is kept of a new PIN, given as it was sent: UTF-8, padded with zeros to 64 bytes.
 * Refuses another length (INVALID_PARAMETER), and a PIN that is too short, too long or not UTF-8 (PIN_POLICY_VIOLATION).
 */
export function newPin(padded: Uint8Array): StoredPin {
  if (padded.length !== PADDED_LENGTH) refuse(CtapStatus.INVALID_PARAMETER);
  const pin = padded.subarray(0, padded.findLastIndex((byte) => byte !== 0) + 1);
  const length = codePoints(pin);
  if (pin.length > MAX_PIN_BYTES || length < MIN_PIN_LENGTH) refuse(CtapStatus.PIN_POLICY_VIOLATION);
  return { hash: sha256(pin).slice(0, 16), length };
}

/** Code points of a UTF-8 text; 0 when it is none. */
function codePoints(bytes: Uint8Array): number {
  try {
    return Array.from(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)).length;
  } catch {
    return 0;
  }
}
