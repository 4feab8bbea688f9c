import { createHash } from 'node:crypto';

import type { PoolDomain, Settings } from '../settings.js';

/** The whole name of a prefix domain. */
const prefixDomainName = (prefix: string, region: string): string => `${prefix}.auth.${region}.amazoncognito.com`;

/**
 * The passkeys' domain: the one that was set; without one, the custom domain of the managed login, else its prefix
 * domain; undefined when the pool has none of them. So a custom domain that is added moves the default, and the passkeys
 * made until then fit no more.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
export function relyingPartyIdOf({ mfa, domains }: Settings, region: string): string | undefined {
  const set = mfa.WebAuthnConfiguration.RelyingPartyId;
  if (set !== undefined) return set;
  const custom = domains.find(({ certificate }) => certificate !== null);
  if (custom) return custom.name;
  const [prefix] = domains;
  return prefix && prefixDomainName(prefix.name, region);
}

/** Where the domain's name would point. Nothing answers there; it is told so that what reads the API finds it. */
export function cloudFrontName({ name, certificate }: PoolDomain, region: string): string {
  if (!certificate) return prefixDomainName(name, region);
  return `d${createHash('sha256').update(name).digest('hex').slice(0, 13)}.cloudfront.net`;
}
