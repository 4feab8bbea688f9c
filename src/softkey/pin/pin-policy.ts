import { equal } from '../../ctap/codec/bytes.js';
import { sha256 } from '../../ctap/codec/sha256.js';
import { CtapStatus } from '../../ctap/status.js';
import type { CommandContext } from '../commands/command.js';
import { refuse } from '../fields.js';
import { MAX_PIN_BYTES } from '../profile.js';
import type { StoredPin } from '../store/key-state.js';

const PADDED_LENGTH = 64;

type Circumstances = Pick<CommandContext, 'profile' | 'memory'>;

/** The fewest code points that a new PIN may have: the model's own rule, or what authenticatorConfig has made of it. */
export function shortestPin({ profile, memory }: Circumstances): number {
  return Math.max(profile.pinPolicy.minLength, memory.state.config.minPinLength ?? 0);
}

/**
 * What is kept of a new PIN, given as it was sent: UTF-8, padded with zeros to 64 bytes.
 * Refuses another length (INVALID_PARAMETER); a PIN that is too short, too long, too simple or not UTF-8, and the old one
 * again where it has to be changed (PIN_POLICY_VIOLATION).
 */
export function newPin(padded: Uint8Array, { profile, memory }: Circumstances): StoredPin {
  if (padded.length !== PADDED_LENGTH) refuse(CtapStatus.INVALID_PARAMETER);
  const pin = padded.subarray(0, padded.findLastIndex((byte) => byte !== 0) + 1);
  const characters = codePoints(pin);
  const { length } = characters;
  const { maxLength, complexity } = profile.pinPolicy;
  const isOutside = length < shortestPin({ profile, memory }) || length > maxLength || pin.length > MAX_PIN_BYTES;
  if (isOutside || (complexity && isSimple(characters))) refuse(CtapStatus.PIN_POLICY_VIOLATION);
  const hash = sha256(pin).slice(0, 16);
  const { config, pin: old } = memory.state;
  if (config.forcePinChange && old && equal(hash, old.hash)) refuse(CtapStatus.PIN_POLICY_VIOLATION);
  return { hash, length };
}

/** Code points of a UTF-8 text; none when it is no such text. */
function codePoints(bytes: Uint8Array): number[] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return Array.from(text, (character) => character.codePointAt(0) ?? 0);
  } catch {
    return [];
  }
}

/** Whether it goes on as it begins: one character over and over, or a run such as 2345 or dcba. */
function isSimple([first = 0, second = 0, ...rest]: readonly number[]): boolean {
  const step = second - first;
  return Math.abs(step) <= 1 && rest.every((character, index) => character === second + step * (index + 1));
}
