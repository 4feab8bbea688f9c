import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

import type { CodePurpose } from '../state.js';

/** What a code is for; also what keeps a code of one purpose from serving another. */
export type SealPurpose = CodePurpose | 'sign-in';

/** A random decimal code. */
export function newCode(digits: number): string {
  return randomInt(10 ** digits)
    .toString()
    .padStart(digits, '0');
}

/** What is kept of a code: useless without the pool's secret. */
export function sealCode(secret: string, purpose: SealPurpose, sub: string, code: string): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([purpose, sub, code]))
    .digest('base64url');
}

/** Compares two seals without telling by time how much of them agrees. */
export function sameSeal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
