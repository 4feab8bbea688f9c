import { randomBytes } from 'node:crypto';

import { decode, encode, generate, sha256 } from './group.js';

/** What the server keeps of a password for SRP: useless for signing in by itself. Both in base64url. */
export interface SrpVerifier {
  readonly salt: string;
  readonly verifier: string;
}

/** The part of a pool's ID that Cognito's SRP puts before the name. */
export const poolNameOf = (userPoolId: string): string => userPoolId.split('_')[1] ?? '';

/** A verifier of the password, v = g^x with x = H(salt | H(pool name | username | ":" | password)), with a new salt. */
export function newSrpVerifier(userPoolId: string, username: string, password: string): SrpVerifier {
  const salt = randomBytes(16);
  const identity = sha256(`${poolNameOf(userPoolId)}${username}:${password}`);
  const x = decode(sha256(encode(decode(salt)), identity));
  return { salt: salt.toString('base64url'), verifier: encode(generate(x)).toString('base64url') };
}
