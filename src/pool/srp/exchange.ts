import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

import { decode, encode, generate, K, N, power, sha256 } from './group.js';
import type { SrpVerifier } from './verifier.js';
import { poolNameOf } from './verifier.js';

/** What the server remembers between its two answers. */
export interface SrpExchange {
  /** The client's public number. */
  readonly A: bigint;
  /** The server's secret and public numbers. */
  readonly b: bigint;
  readonly B: bigint;
  readonly verifier: SrpVerifier;
}

const HEX = /^[0-9A-Fa-f]{1,800}$/;
const SECRET_BYTES = 32;
const KEY_BYTES = 16;
const KEY_INFO = 'Caldera Derived Key';

/** Reads SRP_A, hexadecimal; undefined when it is none, or one that would make the secret known to anybody (A mod N = 0). */
export function readPublicNumber(text: string): bigint | undefined {
  if (!HEX.test(text)) return undefined;
  const A = BigInt(`0x${text}`);
  return A % N === 0n ? undefined : A;
}

/** Answers the client's A with B = k·v + g^b. */
export function beginExchange(A: bigint, verifier: SrpVerifier): SrpExchange {
  const b = decode(randomBytes(SECRET_BYTES));
  const v = decode(Buffer.from(verifier.verifier, 'base64url'));
  return { A, b, B: (K * v + generate(b)) % N, verifier };
}

/** SALT and SRP_B as the challenge carries them: hexadecimal without padding. */
export function publicHalf({ B, verifier }: SrpExchange): { SALT: string; SRP_B: string } {
  return { SALT: decode(Buffer.from(verifier.salt, 'base64url')).toString(16), SRP_B: B.toString(16) };
}

/** What the client signs with the key that both sides have come to. */
export interface SrpClaim {
  readonly userPoolId: string;
  /** The user's name as the challenge gave it in USER_ID_FOR_SRP. */
  readonly userId: string;
  readonly secretBlock: Buffer;
  readonly timestamp: string;
  /** PASSWORD_CLAIM_SIGNATURE, base64. */
  readonly signature: string;
}

/** Whether the client has shown that it knows the password. */
export function claimHolds({ A, b, B, verifier }: SrpExchange, claim: SrpClaim): boolean {
  const u = decode(sha256(encode(A), encode(B)));
  const v = decode(Buffer.from(verifier.verifier, 'base64url'));
  const secret = power(A * power(v, u), b);
  const key = Buffer.from(hkdfSync('sha256', encode(secret), encode(u), KEY_INFO, KEY_BYTES));
  const expected = createHmac('sha256', key)
    .update(poolNameOf(claim.userPoolId))
    .update(claim.userId)
    .update(claim.secretBlock)
    .update(claim.timestamp)
    .digest();
  const actual = Buffer.from(claim.signature, 'base64');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

const TIMESTAMP =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ([1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d UTC \d{4}$/;

/** Whether a TIMESTAMP has the one form that Cognito takes, `EEE MMM d HH:mm:ss 'UTC' yyyy` in English. */
export const isTimestamp = (text: string): boolean => TIMESTAMP.test(text);
