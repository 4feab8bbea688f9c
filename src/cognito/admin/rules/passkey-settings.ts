import type { MfaConfig } from '../pool-state.js';
import { ok, rule } from './rule.js';

/** A key must verify its person. */
export const userVerification = rule({
  id: 'user-verification',
  title: 'User verification',
  why: 'Without it a key that was found signs in by touch alone. A passkey stands for both factors only when the key has verified its person by PIN or finger.',
  console: 'Authentication → Authentication methods → Passkey → Edit → User verification',
  needs: ['mfa'],
  judge: ({ mfa }, desired) => {
    const set = mfa.WebAuthnConfiguration?.UserVerification ?? 'preferred';
    if (set === desired.userVerification) return ok(set);
    const fix =
      desired.userVerification === 'required'
        ? 'Set required. Passkeys on keys without a PIN stop working until the key has one.'
        : 'Set preferred.';
    return {
      state: 'warning',
      found: set,
      fix,
      mended: webAuthn(mfa, { UserVerification: desired.userVerification }),
    };
  },
});

/** A passkey counts as both factors where the pool asks for two. */
export const factorConfiguration = rule({
  id: 'factor-configuration',
  title: 'Passkeys and multi-factor sign-in',
  why: 'While a second factor is required, passkeys are off unless one with user verification counts as both. While it is optional, whoever has a second factor cannot sign in with a passkey.',
  console:
    'Authentication → Authentication methods → Passkey → Edit; Authentication → Sign-in → Multi-factor authentication',
  needs: ['mfa'],
  judge: ({ mfa }) => {
    const set = mfa.WebAuthnConfiguration?.FactorConfiguration ?? 'SINGLE_FACTOR';
    const isBoth = set === 'MULTI_FACTOR_WITH_USER_VERIFICATION';
    const required = mfa.MfaConfiguration ?? 'OFF';
    const found = `Second factor ${required.toLowerCase()}; a passkey counts as ${isBoth ? 'both factors' : 'one factor'}`;
    if (required === 'OFF' || isBoth) return ok(found);
    return {
      state: required === 'ON' ? 'problem' : 'warning',
      found,
      fix: 'Let a passkey with user verification count as both factors.',
      mended: webAuthn(mfa, { FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION' }),
    };
  },
});

function webAuthn(mfa: MfaConfig, members: MfaConfig['WebAuthnConfiguration']): { mfa: MfaConfig } {
  return { mfa: { ...mfa, WebAuthnConfiguration: { ...mfa.WebAuthnConfiguration, ...members } } };
}
