import { JwtBaseError } from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';

import { badAnswer, CognitoError } from './errors.js';
import type { JsonObject } from './json.js';
import { isLoopback } from '../shared/loopback.js';

/** Fetches a document over HTTP; rejects when there is none. */
export type ReadDocument = (uri: string, signal: AbortSignal) => Promise<ArrayBuffer>;

/**
 * The claims of a token, once it is known to be the pool's own: its signature, its issuer, what it is for and for whom, and
 * that it was not over when it came (RFC 7519 §7.2).
 * @param at when it came, by this machine's clock, milliseconds since the epoch
 * Throws CognitoError: `bad-answer` when it is not, with the claim's name; `tokens-unverified` when the keys cannot be
 * read; `clock-differs` when it is over.
 */
export type TokenVerifier = (token: string, use: 'id' | 'access', at: number) => Promise<JsonObject>;

export interface VerifierSettings {
  /** Where the pool is. Its keys come from there, and from nowhere else. */
  readonly endpoint: string;
  readonly userPoolId: string;
  readonly clientId: string;
  readonly deadlineMs: number;
  readonly readDocument?: ReadDocument | undefined;
}

/** Tells, through the library, why it got no keys. */
class KeysUnreachable extends Error {}

/** The keys are read when the first token comes, and kept; a token that names a key not among them has them read again. */
export function tokenVerifier(settings: VerifierSettings): TokenVerifier {
  const { endpoint, userPoolId, clientId, deadlineMs, readDocument = fetchDocument } = settings;
  const fetcher = {
    fetch: async (uri: string) => {
      try {
        return await readDocument(uri, AbortSignal.timeout(deadlineMs));
      } catch (error) {
        throw new KeysUnreachable('The public keys cannot be read.', { cause: error });
      }
    },
  };
  const verifier = JwtVerifier.create(
    {
      issuer: null,
      audience: null,
      jwksUri: new URL(`/${userPoolId}/.well-known/jwks.json`, endpoint).href,
      // Claims are checked below, by our own clock, and by a name that tells which of them was wrong.
      graceSeconds: Infinity,
    },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  );

  return async (token, use, at) => {
    let claims: JsonObject;
    try {
      claims = await verifier.verify(token);
    } catch (error) {
      if (error instanceof KeysUnreachable) throw new CognitoError('tokens-unverified', { cause: error.cause });
      // The reasons of the library quote the token.
      if (error instanceof JwtBaseError) throw badAnswer(use === 'id' ? 'IdToken' : 'AccessToken');
      throw error;
    }
    check(isIssuer(claims['iss'], endpoint, userPoolId), 'iss');
    check(claims['token_use'] === use, 'token_use');
    // An access token has no audience: it names the client it was issued to.
    if (use === 'id') check(claims['aud'] === clientId, 'aud');
    else check(claims['client_id'] === clientId, 'client_id');
    const { exp } = claims;
    if (typeof exp !== 'number') throw badAnswer('exp');
    if (exp * 1000 <= at) throw new CognitoError('clock-differs');
    return claims;
  };
}

function check(isFine: boolean, claim: string): void {
  if (!isFine) throw badAnswer(claim);
}

/**
 * Who may have issued a token of this pool: its endpoint; or, where the pool has the newer form of issuer, the host of
 * that (IssuerConfiguration UPDATED). A pool on this machine may be reached through another port than its own.
 */
function isIssuer(issuer: unknown, endpoint: string, userPoolId: string): boolean {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return false;
  const { origin, host, protocol } = new URL(endpoint);
  if (issuer === `${origin}/${userPoolId}` || issuer === `${protocol}//issuer-${host}/${userPoolId}`) return true;
  return isLoopback(endpoint) && isLoopback(issuer) && new URL(issuer).pathname === `/${userPoolId}`;
}

const fetchDocument: ReadDocument = async (uri, signal) => {
  // Keys from where a redirect leads would be somebody else's.
  const response = await fetch(uri, { signal, redirect: 'error', credentials: 'omit' });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.arrayBuffer();
};
