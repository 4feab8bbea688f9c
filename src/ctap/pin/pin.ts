import { utf8 } from '../codec/bytes.js';
import { measurePin, MOST_PIN_BYTES, type PinProblem, pinProblem, type PinRules } from './pin-rules.js';

/** A PIN that cannot be one, found before the authenticator is asked. The PIN itself is in no message. */
export class PinError extends Error {
  override readonly name = 'PinError';
  readonly problem: PinProblem;

  constructor(problem: PinProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** For a PIN that is entered, not chosen: only what no authenticator could ever have taken is refused. */
const ANY_PIN: PinRules = { minPinLength: 1, maxPinLength: MOST_PIN_BYTES };

/**
 * The bytes of a PIN as it is typed: NFC, then UTF-8 (CTAP 2.2 §6.5.1). The caller zeroes them after use.
 * @throws PinError
 */
export function encodePin(typed: string, rules: PinRules = ANY_PIN): Uint8Array<ArrayBuffer> {
  const measure = measurePin(typed);
  const problem = pinProblem(measure, rules);
  if (problem !== undefined) throw new PinError(problem, sentence(problem, rules));
  return utf8(measure.text);
}

function sentence(problem: PinProblem, { minPinLength, maxPinLength }: PinRules): string {
  switch (problem) {
    case 'has-nul':
      return 'A PIN cannot hold the character NUL';
    case 'too-short':
      return `A PIN has ${minPinLength} characters or more`;
    case 'too-long':
      return `A PIN has ${maxPinLength} characters and ${MOST_PIN_BYTES} bytes at the most`;
  }
}
