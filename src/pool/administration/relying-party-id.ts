import { parse } from 'tldts';

/**
 * Whether passkeys may be bound to this domain: `localhost`, or a name that somebody has registered. A public suffix, as
 * `com` or `auth.us-east-1.amazoncognito.com`, is everybody's, and an address is no name (WebAuthn Level 3 §5.1.3).
 */
export function isRelyingPartyId(rpId: string): boolean {
  if (rpId === 'localhost') return true;
  const { domain, hostname, isIp } = parse(rpId, { allowPrivateDomains: true, validateHostname: true });
  return domain !== null && isIp !== true && hostname === rpId;
}
