/** Tokens as a pool issues them, with signatures that hold. WebCrypto only, for windows and Node alike. */

export const USER_POOL_ID = 'local_Scripted1';
export const CLIENT_ID = '1example23456789abcdefghij';

type Claims = Readonly<Record<string, unknown>>;

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const KID = 'a-key-of-the-pool';

/** Made once: it takes a while. */
const keys = crypto.subtle.generateKey(
  { ...ALGORITHM, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
  true,
  ['sign', 'verify'],
);

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const encode = (value: unknown): string => base64Url(new TextEncoder().encode(JSON.stringify(value)));

/** A token with these claims, signed by the pool; `header` may say otherwise. */
export async function signToken(claims: Claims, header: Claims = {}): Promise<string> {
  const signed = `${encode({ alg: 'RS256', kid: KID, ...header })}.${encode(claims)}`;
  const { privateKey } = await keys;
  const signature = await crypto.subtle.sign(ALGORITHM.name, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64Url(new Uint8Array(signature))}`;
}

/** What the pool publishes at `/<poolId>/.well-known/jwks.json`. */
export async function keySet(kid = KID): Promise<{ keys: object[] }> {
  const { publicKey } = await keys;
  const { n, e } = await crypto.subtle.exportKey('jwk', publicKey);
  return { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }] };
}

export interface Issue {
  readonly issuer: string;
  readonly now: number;
  readonly username?: string;
  readonly clientId?: string;
  /** Seconds. */
  readonly expiresIn?: number;
  readonly id?: Claims;
  readonly access?: Claims;
}

export const SUB = 'b7e9c0de-0000-4000-8000-000000000001';
/** The same person on keys: the text of the sub, base64url. */
export const USER_HANDLE = 'YjdlOWMwZGUtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx';

export function claimsOf(issue: Issue): { id: Claims; access: Claims } {
  const { issuer, now, username = 'ana', clientId = CLIENT_ID, expiresIn = 3600 } = issue;
  const iat = Math.floor(now / 1000);
  const common = { sub: SUB, iss: issuer, auth_time: iat, iat, exp: iat + expiresIn };
  return {
    id: { ...common, token_use: 'id', aud: clientId, 'cognito:username': username, ...issue.id },
    access: { ...common, token_use: 'access', client_id: clientId, username, ...issue.access },
  };
}

/** An AuthenticationResult. */
export async function authenticationResult(issue: Issue) {
  const { id, access } = claimsOf(issue);
  return {
    AccessToken: await signToken(access),
    IdToken: await signToken(id),
    RefreshToken: 'a-refresh-token',
    ExpiresIn: issue.expiresIn ?? 3600,
    TokenType: 'Bearer',
  };
}
