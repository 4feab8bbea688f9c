import { z } from 'zod';

import { fromBase64url } from '../ctap/codec/bytes.js';

/**
 * Bytes as unpadded base64url in the one way in which they can be written: a text with idle bits set at its end would stand
 * for the same bytes, and so could be altered unnoticed.
 * @param least bytes
 * @param most bytes
 */
export function exactBase64url(least: number, most: number): z.ZodString {
  return z.string().refine(
    (text) => {
      const length = lengthOf(text);
      return length !== undefined && length >= least && length <= most;
    },
    `expected ${least === most ? least : `${least} to ${most}`} bytes as base64url without padding`,
  );
}

function lengthOf(text: string): number | undefined {
  try {
    return fromBase64url(text).length;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
