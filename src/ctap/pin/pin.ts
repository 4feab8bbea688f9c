import { utf8 } from '../codec/bytes.js';

/** The longest PIN in bytes: it is padded to 64 with zeros, of which one must be left (CTAP 2.2 §6.5.1). */
const MAX_BYTES = 63;

export type PinProblem = 'too-short' | 'too-long' | 'has-nul';

/** A PIN that cannot be one, found before the authenticator is asked. The PIN itself is in no message. */
export class PinError extends Error {
  override readonly name = 'PinError';
  readonly problem: PinProblem;

  constructor(problem: PinProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

export interface PinRules {
  /** Code points. */
  readonly minPinLength: number;
  /** Code points. */
  readonly maxPinLength: number;
}

/** For a PIN that is entered, not chosen: only what no authenticator could ever have taken is refused. */
const ANY_PIN: PinRules = { minPinLength: 1, maxPinLength: MAX_BYTES };

/**
 * The bytes of a PIN as it is typed: NFC, then UTF-8 (CTAP 2.2 §6.5.1). The caller zeroes them after use.
 * The shortest and longest count in code points, after normalisation: NFC may make a PIN shorter.
 * @throws PinError
 */
export function encodePin(text: string, rules: PinRules = ANY_PIN): Uint8Array<ArrayBuffer> {
  const normal = text.normalize('NFC');
  const length = Array.from(normal).length;
  if (normal.includes('\0')) throw new PinError('has-nul', 'A PIN cannot hold the character NUL');
  if (length < rules.minPinLength)
    throw new PinError('too-short', `A PIN has ${rules.minPinLength} characters or more`);
  const bytes = utf8(normal);
  if (length > rules.maxPinLength || bytes.length > MAX_BYTES) {
    bytes.fill(0);
    throw new PinError('too-long', `A PIN has ${rules.maxPinLength} characters and ${MAX_BYTES} bytes at the most`);
  }
  return bytes;
}
