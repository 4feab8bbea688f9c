import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';

import { badAnswer } from './errors.js';
import type { JsonObject } from './json.js';
import { isObject, isText, parseJson } from './json.js';

/** Who signed in, as the ID token says. */
interface Identity {
  readonly sub: string;
  readonly username: string;
  readonly email: string | undefined;
  /** When the person proved who they are, seconds since the epoch; a refresh does not change it. */
  readonly authTime: number;
}

/** What a sign-in gives. Held in memory only. */
export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
  /** When access and ID token end by this machine's clock, milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly identity: Identity;
}

interface Expected {
  readonly clientId: string;
  readonly now: number;
  /** Kept when the answer has no new one: a refresh without rotation. */
  readonly refreshToken?: string;
}

/**
 * Reads an AuthenticationResult and what its ID token claims: form, purpose and audience. Their signature is the
 * service's word over TLS and is not verified here. Throws CognitoError `bad-answer`.
 */
export function readTokens(result: AuthenticationResultType | undefined, expected: Expected): Tokens {
  const { AccessToken: accessToken, IdToken: idToken, ExpiresIn: expiresIn } = result ?? {};
  const refreshToken = result?.RefreshToken ?? expected.refreshToken;
  if (!isText(accessToken) || accessToken === '') throw badAnswer('AccessToken');
  if (!isText(idToken)) throw badAnswer('IdToken');
  if (!isText(refreshToken) || refreshToken === '') throw badAnswer('RefreshToken');
  if (typeof expiresIn !== 'number' || !(expiresIn > 0)) throw badAnswer('ExpiresIn');
  const claims = readClaims(idToken);
  if (claims['token_use'] !== 'id') throw badAnswer('token_use');
  if (claims['aud'] !== expected.clientId) throw badAnswer('aud');
  return {
    accessToken,
    idToken,
    refreshToken,
    expiresAt: expected.now + expiresIn * 1000,
    identity: identityOf(claims),
  };
}

function identityOf(claims: JsonObject): Identity {
  const { sub, email, auth_time: authTime, exp } = claims;
  const username = claims['cognito:username'];
  if (!isText(sub) || sub === '') throw badAnswer('sub');
  if (!isText(username) || username === '') throw badAnswer('cognito:username');
  if (email !== undefined && !isText(email)) throw badAnswer('email');
  if (!isTime(authTime)) throw badAnswer('auth_time');
  if (!isTime(exp)) throw badAnswer('exp');
  return { sub, username, email, authTime };
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** The claims of a JSON Web Token in its compact form (RFC 7519 §3), unverified. */
function readClaims(token: string): JsonObject {
  const [, payload, signature, ...rest] = token.split('.');
  if (payload === undefined || signature === undefined || rest.length > 0) throw badAnswer('IdToken');
  const claims = parseJson(decodeText(payload) ?? '');
  if (!isObject(claims)) throw badAnswer('IdToken');
  return claims;
}

function decodeText(base64Url: string): string | undefined {
  try {
    const binary = atob(base64Url.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // not base64url or not UTF-8: the caller has a name for it
  }
}
