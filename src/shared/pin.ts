import { z } from 'zod';

import { LEAST_PIN_RULES, measurePin, pinProblem } from '../ctap/pin/pin-rules.js';

/** A PIN as it is typed, in NFC: one that some key could have. */
export const Pin = z
  .string()
  .normalize('NFC')
  .refine((pin) => pinProblem(measurePin(pin), LEAST_PIN_RULES) === undefined);
