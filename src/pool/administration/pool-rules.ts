import { invalidParameter } from '../errors.js';
import type { MfaSettings, Settings, UserPoolSettings } from '../settings.js';
import { isRelyingPartyId } from './relying-party-id.js';

/** Rules that hold between settings. All are InvalidParameterException; the sentences in quotes are the service's. */

/** Throws unless the first factors may be offered together. */
export function checkFirstFactors({ Policies }: UserPoolSettings): void {
  const factors = Policies.SignInPolicy.AllowedFirstAuthFactors;
  if (new Set(factors).size < factors.length) throw invalidParameter('AllowedFirstAuthFactors names a factor twice.');
  if (factors.every((factor) => factor === 'WEB_AUTHN'))
    throw invalidParameter('WEB_AUTHN must be accompanied by at least one other first factor.');
}

/** Throws when UpdateUserPool would let passkeys in where MFA is required and passkeys are a single factor. */
export function checkPasskeysWithMfa({ pool, mfa }: Settings): void {
  if (passkeysMissMfa(pool, mfa))
    throw invalidParameter('WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.');
}

/** Throws when UpdateUserPool may not set MFA so: it can leave it on, and turn it off, or optional where it has a method. */
export function checkMfaChange(before: MfaSettings, wanted: MfaSettings['MfaConfiguration']): void {
  if (wanted === 'ON' && before.MfaConfiguration !== 'ON')
    throw invalidParameter('Cannot turn MFA functionality ON, once the user pool has been created.');
  if (wanted !== 'OFF' && !hasMethod(before))
    throw invalidParameter(
      'SMS configuration and Auto verification for phone_number are required when MFA is required/optional',
    );
}

/** Throws unless SetUserPoolMfaConfig may set this in such a pool. */
export function checkMfa(mfa: MfaSettings, pool: UserPoolSettings): void {
  const { MfaConfiguration, WebAuthnConfiguration } = mfa;
  if (MfaConfiguration === 'OFF' && hasMethod(mfa))
    throw invalidParameter("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.");
  if (MfaConfiguration !== 'OFF' && !hasMethod(mfa))
    throw invalidParameter(
      'Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.',
    );
  if (passkeysMissMfa(pool, mfa))
    throw invalidParameter(
      'Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor',
    );
  const { RelyingPartyId } = WebAuthnConfiguration;
  if (RelyingPartyId !== undefined && !isRelyingPartyId(RelyingPartyId))
    throw invalidParameter('RelyingPartyId is not a domain, or is one under which everybody can register names.');
}

/** Passkeys are not among the methods: they are a first factor that may be enough. */
const hasMethod = ({ SmsMfaConfiguration, EmailMfaConfiguration, SoftwareTokenMfaConfiguration }: MfaSettings) =>
  SmsMfaConfiguration !== undefined ||
  EmailMfaConfiguration !== undefined ||
  SoftwareTokenMfaConfiguration?.Enabled === true;

const passkeysMissMfa = ({ Policies }: UserPoolSettings, { MfaConfiguration, WebAuthnConfiguration }: MfaSettings) =>
  MfaConfiguration === 'ON' &&
  WebAuthnConfiguration.FactorConfiguration === 'SINGLE_FACTOR' &&
  Policies.SignInPolicy.AllowedFirstAuthFactors.includes('WEB_AUTHN');
