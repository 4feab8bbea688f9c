import type { MfaConfig, PoolState } from './pool-state.js';

/** The host of a pool's prefix domain, where it has one: `PREFIX.auth.REGION.amazoncognito.com`. */
export function prefixHost({ pool, region }: Pick<PoolState, 'pool' | 'region'>): string | undefined {
  if (!pool.Domain) return undefined;
  const auth = region.startsWith('us-gov-') ? 'auth-fips' : 'auth';
  return `${pool.Domain}.${auth}.${region}.amazoncognito.com`;
}

/** The RP ID that the pool is set to; undefined while it is only implied. */
export const explicitRpId = (mfa: MfaConfig): string | undefined =>
  mfa.WebAuthnConfiguration?.RelyingPartyId || undefined;

/** The RP ID that passkeys get: the one that is set, else the custom domain, else the prefix domain; undefined without any. */
export function effectiveRpId({ pool, mfa, region }: Pick<PoolState, 'pool' | 'mfa' | 'region'>): string | undefined {
  return explicitRpId(mfa) ?? (pool.CustomDomain || prefixHost({ pool, region }));
}

/** Whether a page of that host may use passkeys of that RP ID: it is the domain, or below it (Web Authentication §5.1.3). */
export const fits = (host: string, rpId: string): boolean => host === rpId || host.endsWith(`.${rpId}`);
