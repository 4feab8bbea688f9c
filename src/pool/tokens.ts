import { createHash, randomBytes, randomUUID } from 'node:crypto';

import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { errors, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';

import type { PoolConfig } from './config.js';
import { notAuthorized } from './errors.js';
import type { Group, SigningKey, State, User } from './state.js';
import { groupClaims } from './users/group-claims.js';

const ALG = 'RS256';
/** The scope that lets a token act on its own user. */
export const USER_SCOPE = 'aws.cognito.signin.user.admin';

/** Makes the two keys of a new pool. */
export async function newSigningKeys(): Promise<State['signingKeys']> {
  const [id, access] = await Promise.all([newSigningKey(), newSigningKey()]);
  return { id, access };
}

async function newSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(ALG, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  // RSA private keys have all three; exportJWK's type covers every kind of key.
  return {
    ...jwk,
    kty: 'RSA',
    n: jwk.n ?? '',
    e: jwk.e ?? '',
    d: jwk.d ?? '',
    kid: randomBytes(32).toString('base64'),
  };
}

/** What an access token that this pool has signed says. */
export interface AccessClaims {
  readonly sub: string;
  readonly clientId: string;
  readonly grantId: string;
}

export interface AuthenticationResult {
  AccessToken: string;
  IdToken: string;
  ExpiresIn: number;
  TokenType: 'Bearer';
  RefreshToken?: string;
}

interface ClaimChanges {
  readonly add: JWTPayload;
  readonly suppress: readonly string[];
}

/** What a PreTokenGeneration trigger wants of the two tokens. */
export interface TokenChanges {
  readonly id: ClaimChanges;
  readonly access: ClaimChanges & { readonly addScopes: readonly string[]; readonly suppressScopes: readonly string[] };
}

/** Claims that no trigger changes. */
const FIXED_CLAIMS = new Set([
  ...['acr', 'amr', 'at_hash', 'aud', 'auth_time', 'azp', 'client_id', 'cognito:username', 'device_key', 'event_id'],
  ...['exp', 'iat', 'identities', 'iss', 'jti', 'nbf', 'nonce', 'origin_jti', 'scope', 'sub', 'token_use', 'username'],
  'version',
]);

interface Issue {
  readonly user: User;
  readonly clientId: string;
  readonly grantId: string;
  /** When the user proved who they are, ms; a refresh does not change it. */
  readonly authTime: number;
  /** In milliseconds. */
  readonly lifetimes: { readonly accessToken: number; readonly idToken: number };
  /** `acr` and `amr`, where the pool tells them. */
  readonly proofs: { readonly acr?: string; readonly amr?: readonly string[] };
  readonly changes: TokenChanges;
}

/** Signs and reads the pool's JSON Web Tokens: ID and access tokens, by different keys. */
export class Tokens {
  readonly #config: PoolConfig;
  readonly #now: () => number;
  readonly #groupsOf: (user: User) => readonly Group[];
  readonly #keys: State['signingKeys'];

  /** @param groupsOf gives the groups of a user as they are at each signing */
  constructor(
    config: PoolConfig,
    keys: State['signingKeys'],
    now: () => number,
    groupsOf: (user: User) => readonly Group[],
  ) {
    this.#config = config;
    this.#groupsOf = groupsOf;
    this.#keys = keys;
    this.#now = now;
  }

  /** The public halves, as published at `/<poolId>/.well-known/jwks.json`. */
  jwks(): { keys: JWK[] } {
    return {
      keys: [this.#keys.id, this.#keys.access].map(({ kty, kid, n, e }) => ({ alg: ALG, e, kid, kty, n, use: 'sig' })),
    };
  }

  async sign(issue: Issue): Promise<AuthenticationResult> {
    const eventId = randomUUID();
    const { lifetimes, proofs } = issue;
    const { id, access } = issue.changes;
    const groups = groupClaims(this.#groupsOf(issue.user));
    const scopes = [USER_SCOPE, ...access.addScopes].filter((scope) => !access.suppressScopes.includes(scope));
    const [AccessToken, IdToken] = await Promise.all([
      this.#sign(this.#keys.access, issue, eventId, lifetimes.accessToken, {
        ...changed(groups.access, access),
        ...proofs,
        client_id: issue.clientId,
        token_use: 'access',
        scope: [...new Set(scopes)].join(' '),
        username: issue.user.username,
      }),
      this.#sign(this.#keys.id, issue, eventId, lifetimes.idToken, {
        ...changed({ ...attributeClaims(issue.user), ...groups.id }, id),
        ...proofs,
        aud: issue.clientId,
        'cognito:username': issue.user.username,
        token_use: 'id',
      }),
    ]);
    return { AccessToken, IdToken, ExpiresIn: lifetimes.accessToken / 1000, TokenType: 'Bearer' };
  }

  async #sign(key: SigningKey, issue: Issue, eventId: string, lifetime: number, claims: JWTPayload): Promise<string> {
    const issuedAt = Math.floor(this.#now() / 1000);
    return new SignJWT({
      ...claims,
      sub: issue.user.sub,
      iss: this.#config.issuer,
      origin_jti: issue.grantId,
      event_id: eventId,
      auth_time: Math.floor(issue.authTime / 1000),
      iat: issuedAt,
      exp: issuedAt + lifetime / 1000,
      jti: randomUUID(),
    })
      .setProtectedHeader({ alg: ALG, kid: key.kid })
      .sign(await load(key));
  }

  /** Reads an access token of this pool. Throws NotAuthorizedException for any other, and for one that has expired. */
  async readAccessToken(token: string): Promise<AccessClaims> {
    const { kty, kid, n, e } = this.#keys.access;
    try {
      const { payload } = await jwtVerify(token, await load({ kty, kid, n, e }), {
        algorithms: [ALG],
        issuer: this.#config.issuer,
        currentDate: new Date(this.#now()),
      });
      const { sub, client_id: clientId, origin_jti: grantId, token_use: use, scope } = payload;
      if (use === 'access' && typeof sub === 'string' && typeof clientId === 'string' && typeof grantId === 'string') {
        // A trigger may have taken the scope away.
        if (!String(scope).split(' ').includes(USER_SCOPE))
          throw notAuthorized('Access Token does not have required scopes');
        return { sub, clientId, grantId };
      }
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw notAuthorized('Access Token has expired');
      if (!(error instanceof errors.JOSEError)) throw error;
    }
    throw notAuthorized('Invalid Access Token');
  }
}

/** Claims with what a trigger changes in them, as far as it may. */
function changed(claims: JWTPayload, { add, suppress }: ClaimChanges): JWTPayload {
  return Object.fromEntries(
    Object.entries({
      ...claims,
      ...Object.fromEntries(Object.entries(add).filter(([name]) => !FIXED_CLAIMS.has(name))),
    }).filter(([name]) => !suppress.includes(name)),
  );
}

/** An opaque refresh token. */
export const newRefreshToken = (): string => randomBytes(96).toString('base64url');

/** What is kept of a refresh token. */
export const refreshTokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** importJWK also gives raw bytes for symmetric keys; ours are RSA. */
async function load(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALG);
  if (key instanceof Uint8Array) throw new TypeError('A signing key is not RSA');
  return key;
}

/** In ID tokens the two verified flags are booleans; every other attribute is the string it is. */
function attributeClaims(user: User): JWTPayload {
  return Object.fromEntries(
    Object.entries(user.attributes).map(([name, value]) => [
      name,
      name === 'email_verified' || name === 'phone_number_verified' ? value === 'true' : value,
    ]),
  );
}
