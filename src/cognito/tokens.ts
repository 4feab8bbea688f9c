import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';

import { toBase64, utf8 } from './bytes.js';
import type { Connection } from './connection.js';
import { badAnswer } from './errors.js';
import { isFederated } from './federated.js';
import type { JsonObject } from './json.js';
import { isText } from './json.js';

/** Who signed in, as the ID token says. */
interface Identity {
  readonly sub: string;
  /** Who they are on keys, base64url: the pool's user handle is the text of the sub, not its 16 bytes. */
  readonly userHandle: string;
  readonly username: string;
  readonly email: string | undefined;
  /** When the person proved who they are, seconds since the epoch; a refresh does not change it. */
  readonly authTime: number;
  /** Signs in with another identity provider, which keeps their passkeys: the pool takes none. */
  readonly isFederated: boolean;
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

interface Circumstances {
  /** The refresh token that stays good when the answer has no new one: a refresh without rotation. */
  readonly kept?: string;
  /** When the answer came, by this machine's clock, milliseconds since the epoch: now, where nobody says otherwise. */
  readonly received?: number;
}

/**
 * Reads an AuthenticationResult, and verifies that ID and access token are the pool's own and the same person's.
 * Throws CognitoError: `bad-answer`, `tokens-unverified`, `clock-differs`.
 */
export async function readTokens(
  { verifyToken, now }: Connection,
  result: AuthenticationResultType | undefined,
  { kept, received = now() }: Circumstances = {},
): Promise<Tokens> {
  const { AccessToken: accessToken, IdToken: idToken, ExpiresIn: expiresIn } = result ?? {};
  const refreshToken = result?.RefreshToken ?? kept;
  if (!isText(accessToken) || accessToken === '') throw badAnswer('AccessToken');
  if (!isText(idToken) || idToken === '') throw badAnswer('IdToken');
  if (!isText(refreshToken) || refreshToken === '') throw badAnswer('RefreshToken');
  if (typeof expiresIn !== 'number' || !(expiresIn > 0)) throw badAnswer('ExpiresIn');
  const identity = identityOf(await verifyToken(idToken, 'id', received));
  const { sub } = await verifyToken(accessToken, 'access', received);
  if (sub !== identity.sub) throw badAnswer('sub');
  return { accessToken, idToken, refreshToken, expiresAt: received + expiresIn * 1000, identity };
}

function identityOf(claims: JsonObject): Identity {
  const { sub, email, auth_time: authTime, identities } = claims;
  const username = claims['cognito:username'];
  if (!isText(sub) || sub === '') throw badAnswer('sub');
  if (!isText(username) || username === '') throw badAnswer('cognito:username');
  if (email !== undefined && !isText(email)) throw badAnswer('email');
  if (!isTime(authTime)) throw badAnswer('auth_time');
  return {
    sub,
    userHandle: userHandleOf(sub),
    username,
    email,
    authTime,
    isFederated: isFederated({ username, identities }),
  };
}

/** Who somebody is on keys, base64url. */
export function userHandleOf(sub: string): string {
  return toBase64(utf8(sub)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
