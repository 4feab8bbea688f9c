import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

/** Where a mailed code is for; also what keeps a code of one purpose from serving another. */
export type MailPurpose = 'confirm-sign-up' | 'sign-in' | 'temporary-password';

/** A mail the pool would send. For `temporary-password` the code is the password itself. */
export interface Mail {
  to: string;
  username: string;
  code: string;
  purpose: MailPurpose;
}

/** A random decimal code. */
export function newCode(digits: number): string {
  return randomInt(10 ** digits)
    .toString()
    .padStart(digits, '0');
}

/** What is kept of a code: useless without the pool's secret. */
export function sealCode(secret: string, purpose: MailPurpose, sub: string, code: string): string {
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

/** An address as Cognito shows where a code went: `a***@e***`. */
export function maskEmail(email: string): string {
  const [name = '', domain = ''] = email.split('@');
  return `${name.charAt(0)}***@${domain.charAt(0)}***`;
}
