/**
 * What authenticators count of a PIN (CTAP 2.2 §6.5.1). The one place that knows: `encodePin`, the check at the border
 * of the main process, and the coach in window and terminal ask here. Text alone, so that all of them may import it.
 */

/** The longest PIN in bytes: it is padded to 64 with zeros, of which one must be left. */
export const MOST_PIN_BYTES = 63;

export interface PinRules {
  /** Code points. */
  readonly minPinLength: number;
  /** Code points. */
  readonly maxPinLength: number;
}

/** What every authenticator asks for, whatever else its model does. */
export const LEAST_PIN_RULES: PinRules = { minPinLength: 4, maxPinLength: MOST_PIN_BYTES };

export interface PinMeasure {
  /** In Normalization Form C: what is sent, and what is counted. */
  readonly text: string;
  readonly codePoints: number;
  /** In UTF-8. */
  readonly bytes: number;
  readonly hasNul: boolean;
}

/** Measures a PIN as it is typed. NFC may make it shorter. */
export function measurePin(typed: string): PinMeasure {
  const text = typed.normalize('NFC');
  return {
    text,
    codePoints: Array.from(text).length,
    bytes: new TextEncoder().encode(text).length,
    hasNul: text.includes('\0'), // at the end it would be lost among the padding, elsewhere keys differ
  };
}

export type PinProblem = 'too-short' | 'too-long' | 'has-nul';

/** Why a PIN cannot be one, by the rules of a key; undefined where only the key itself can tell. */
export function pinProblem({ codePoints, bytes, hasNul }: PinMeasure, rules: PinRules): PinProblem | undefined {
  if (hasNul) return 'has-nul';
  if (codePoints < rules.minPinLength) return 'too-short';
  return codePoints > rules.maxPinLength || bytes > MOST_PIN_BYTES ? 'too-long' : undefined;
}
