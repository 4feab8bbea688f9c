/** CTAP counts the longest PIN in bytes of UTF-8, whatever a key says in characters. */
const MOST_BYTES = 63;

export interface PinLimits {
  /** Code points. */
  readonly minLength: number;
  readonly maxLength: number;
}

/** How long a PIN is to a key: code points of its NFC form. */
function pinLength(pin: string): number {
  return Array.from(pin.normalize('NFC')).length;
}

/** What is wrong with a new PIN, or undefined: the rules of CTAP §6.5.5.5, checked again by main and by the key. */
export function newPinProblem(pin: string, { minLength, maxLength }: PinLimits): string | undefined {
  const length = pinLength(pin);
  if (length < minLength) return `${length} of at least ${minLength} characters.`;
  if (length > maxLength) return `Too long: ${length} characters, and ${maxLength} is the most.`;
  if (new TextEncoder().encode(pin.normalize('NFC')).length > MOST_BYTES) return 'Too long for a security key.';
  if (pin.includes('\0')) return 'A PIN cannot hold this character.';
  return undefined;
}
