import { z } from 'zod';

/** A PIN as it is typed: CTAP counts the shortest in code points (at least 4) and the longest in UTF-8 bytes (63), both after NFC. */
export const Pin = z
  .string()
  .normalize('NFC')
  .refine((pin) => Array.from(pin).length >= 4 && new TextEncoder().encode(pin).length <= 63 && !pin.includes('\0'));
