import { effectiveRpId, explicitRpId, fits, prefixHost } from '../relying-party-id.js';
import { ok, rule } from './rule.js';

/** The RP ID is set, and is the one that is wanted. */
export const relyingParty = rule({
  id: 'relying-party',
  title: 'Passkey domain (RP ID)',
  why: 'A passkey works for the domain that it was made for, and for no other. One that is only implied by the domain of the pool changes when a custom domain is added, and every passkey is lost.',
  console: 'Authentication → Authentication methods → Passkey → Edit → Domain for relying party ID',
  needs: ['pool', 'mfa', 'region'],
  judge: (seen, { rpId }) => {
    const { mfa } = seen;
    const [set, effective] = [explicitRpId(mfa), effectiveRpId(seen)];
    const wanted = rpId ?? effective;
    if (wanted === undefined)
      return {
        state: 'problem',
        found: 'Not set, and the pool has no domain to take it from: no passkey can be made.',
        fix: 'Say which domain the passkeys are for (--rp-id).',
      };
    if (set === wanted) return ok(wanted);
    const mended = { mfa: { ...mfa, WebAuthnConfiguration: { ...mfa.WebAuthnConfiguration, RelyingPartyId: wanted } } };
    if (effective === undefined)
      return { state: 'problem', found: 'Not set: no passkey can be made.', fix: `Set ${wanted}.`, mended };
    if (effective === wanted)
      return {
        state: 'warning',
        found: `Not set; ${effective} is implied by the domain of the pool.`,
        fix: `Set ${wanted}. No passkey is lost.`,
        mended,
      };
    return {
      state: 'problem',
      found: `${effective}, not ${wanted}`,
      fix: `Set ${wanted}. Every passkey made for ${effective} is lost: needs --orphan-passkeys.`,
      mended,
    };
  },
});

/** The managed login pages are within the RP ID. */
export const managedLoginDomain = rule({
  id: 'managed-login-domain',
  title: 'Domain of the managed login',
  why: 'Where the pool has login pages of its own, they can use only passkeys whose domain theirs is, or lies below.',
  console: 'Branding → Domain',
  needs: ['pool', 'mfa', 'region', 'domains'],
  judge: (seen) => {
    const { pool, domains } = seen;
    const rpId = effectiveRpId(seen);
    const hosts = [pool.CustomDomain, prefixHost(seen)].flatMap((host) => (host ? [host] : []));
    if (hosts.length === 0) return ok('None: Keydesk needs none.');
    const inactive = domains.find(({ Status }) => Status !== undefined && Status !== 'ACTIVE');
    if (inactive)
      return {
        state: 'warning',
        found: `${inactive.Domain ?? 'A domain'} is ${(inactive.Status ?? '').toLowerCase()}.`,
        fix: 'Wait until it is active, or set it up anew.',
      };
    const outside = hosts.filter((host) => rpId !== undefined && !fits(host, rpId));
    // The prefix domain beside a custom one is nobody's way in.
    if (outside.length === hosts.length && rpId !== undefined)
      return {
        state: 'warning',
        found: `${hosts.join(' and ')}: outside ${rpId}`,
        fix: 'Passkeys will not work on these pages, though they do in Keydesk. Choose an RP ID or a domain that fits the other.',
      };
    const isClassic = domains.length > 0 && domains.every(({ ManagedLoginVersion }) => ManagedLoginVersion === 1);
    return ok(`${hosts.join(', ')}${isClassic ? ' (the classic hosted UI, which has no passkeys)' : ''}`);
  },
});
