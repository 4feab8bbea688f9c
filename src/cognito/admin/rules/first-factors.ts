import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider';

import { ok, rule } from './rule.js';

/** What a pool without a policy of its own offers. */
const DEFAULT: readonly AuthFactorType[] = ['PASSWORD'];

/** Choice-based sign-in offers passkeys, and no password where none is wanted. */
export const firstFactors = rule({
  id: 'first-factors',
  title: 'Choices at sign-in',
  why: 'A passkey can be used only where it is one of the choices. The service wants at least one more beside it: an e-mail code is the one without a password.',
  console: 'Authentication → Sign-in → Options for choice-based sign-in → Edit',
  needs: ['pool', 'mfa'],
  judge: ({ pool, mfa }, { enforcePasskeys }) => {
    const now = pool.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? DEFAULT;
    // The service takes no code as a first factor while it asks for a second one.
    const codesAllowed = (mfa.MfaConfiguration ?? 'OFF') === 'OFF';
    const bansPassword = enforcePasskeys && codesAllowed;
    const kept = now.filter((factor) => !(bansPassword && factor === 'PASSWORD'));
    const passkeys: AuthFactorType[] = kept.includes('WEB_AUTHN') ? kept : [...kept, 'WEB_AUTHN'];
    const companion = codesAllowed ? 'EMAIL_OTP' : 'PASSWORD';
    const wanted: AuthFactorType[] = passkeys.length > 1 ? passkeys : [...passkeys, companion];
    const found = now.join(', ');
    const mended = {
      pool: { ...pool, Policies: { ...pool.Policies, SignInPolicy: { AllowedFirstAuthFactors: wanted } } },
    };
    if (!sameMembers(now, wanted)) return { state: 'problem', found, fix: `Offer ${wanted.join(', ')}.`, mended };
    if (enforcePasskeys && now.includes('PASSWORD'))
      return {
        state: 'problem',
        found: `${found}; a password stays possible`,
        fix: 'While a second factor is on, the service allows only a password beside a passkey. Turn it off (a passkey with user verification is two factors by itself), or refuse passwords in a pre-authentication trigger.',
      };
    return ok(found);
  },
});

const sameMembers = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
