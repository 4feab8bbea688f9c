import type { Pool } from './context.js';

/** The four fixed levels of authentication, by their names in AcrConfiguration. */
export type AcrLevel = 1 | 2 | 3 | 4;
export const ACR_LEVELS: readonly AcrLevel[] = [1, 2, 3, 4];

/**
 * What the proofs of a sign-in add up to: a password alone 1, a code alone 2, a passkey or a password with a code 3, a
 * password with an authenticator app 4; undefined for none of these, as after custom challenges alone.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-step-up-authentication.html
 */
export function levelOf(amr: readonly string[]): AcrLevel | undefined {
  const has = (...names: string[]) => names.some((name) => amr.includes(name));
  if (has('pwd') && has('otp')) return 4;
  if (has('hwk', 'swk') || (has('pwd') && has('sms', 'email_otp'))) return 3;
  if (has('sms', 'email_otp')) return 2;
  return has('pwd') ? 1 : undefined;
}

/** Whether this pool tells levels at all: it does once AcrConfiguration is set, if only to `{}`. */
export const tellsLevels = (pool: Pick<Pool, 'store'>): boolean =>
  pool.store.settings.pool.AcrConfiguration !== undefined && pool.store.settings.pool.UserPoolTier !== 'LITE';

/** The name of a level in this pool. */
export const acrValueOf = (pool: Pick<Pool, 'store'>, level: AcrLevel): string =>
  pool.store.settings.pool.AcrConfiguration?.[`Level${level}`]?.AcrValue ?? `urn:cognito:loa:${level}`;

/** The claims of both tokens that tell how the user signed in. */
export function acrClaims(
  pool: Pick<Pool, 'store'>,
  amr: readonly string[],
): { acr?: string; amr?: readonly string[] } {
  if (!tellsLevels(pool)) return {};
  const level = levelOf(amr);
  return { ...(level !== undefined && { acr: acrValueOf(pool, level) }), amr };
}
