import { ServiceError } from '../errors.js';
import type { ClientSettings, MfaSettings, PoolDomain, Settings, UserPoolSettings } from '../settings.js';
import { UserPoolTier } from '../settings.js';

type Tier = UserPoolSettings['UserPoolTier'];

/** A feature that is in use, and the smallest feature plan that has it. */
interface Need {
  readonly feature: string;
  readonly tier: Tier;
}

const essentials = (feature: string): Need => ({ feature, tier: 'ESSENTIALS' });

/**
 * What of a pool's own settings a feature plan must have.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
 */
function needsOfPool({ Policies, AcrConfiguration, DcrConfiguration, UserPoolAddOns, LambdaConfig }: UserPoolSettings) {
  const beyondPassword = Policies.SignInPolicy.AllowedFirstAuthFactors.filter((factor) => factor !== 'PASSWORD');
  return [
    ...beyondPassword.map((factor) => essentials(`${factor} as a first factor`)),
    ...((Policies.PasswordPolicy.PasswordHistorySize ?? 0) > 0 ? [essentials('PasswordHistorySize')] : []),
    ...(AcrConfiguration ? [essentials('AcrConfiguration')] : []),
    ...(DcrConfiguration?.EnableStatus === 'Enabled' ? [essentials('DcrConfiguration')] : []),
    ...(tokenVersionOf(LambdaConfig) === 'V1_0' ? [] : [essentials('access token customization')]),
    ...((UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') === 'OFF'
      ? []
      : [{ feature: 'AdvancedSecurityMode', tier: 'PLUS' } as const]),
  ];
}

function tokenVersionOf({ PreTokenGenerationConfig: config }: UserPoolSettings['LambdaConfig']): unknown {
  const isMap = typeof config === 'object' && config !== null && !Array.isArray(config);
  return isMap ? config['LambdaVersion'] : 'V1_0';
}

const needsOfMfa = ({ EmailMfaConfiguration, WebAuthnConfiguration }: MfaSettings): Need[] => [
  ...(EmailMfaConfiguration ? [essentials('EmailMfaConfiguration')] : []),
  ...(WebAuthnConfiguration.FactorConfiguration === 'SINGLE_FACTOR' ? [] : [essentials('FactorConfiguration')]),
];

const needsOfClient = ({ ExplicitAuthFlows }: ClientSettings): Need[] =>
  ExplicitAuthFlows.includes('ALLOW_USER_AUTH') ? [essentials('ALLOW_USER_AUTH')] : [];

const needsOfDomain = ({ managedLoginVersion }: PoolDomain): Need[] =>
  managedLoginVersion === 1 ? [] : [essentials('managed login')];

const rank = (tier: Tier): number => UserPoolTier.options.indexOf(tier);

/** Throws FeatureUnavailableInTierException when the plan lacks a feature that is asked for. */
export function checkTierHas(tier: Tier, asked: Partial<Settings> & { client?: ClientSettings; domain?: PoolDomain }) {
  const needs = [
    ...(asked.pool ? needsOfPool(asked.pool) : []),
    ...(asked.mfa ? needsOfMfa(asked.mfa) : []),
    ...(asked.client ? needsOfClient(asked.client) : []),
    ...(asked.domain ? needsOfDomain(asked.domain) : []),
  ];
  const missing = needs.find((need) => rank(need.tier) > rank(tier));
  if (missing)
    throw new ServiceError(
      'FeatureUnavailableInTierException',
      `${missing.feature} is not available in the ${tier} tier; it needs ${missing.tier}.`,
    );
}

/** Throws TierChangeNotAllowedException when the plan lacks what other settings, clients or domains use already. */
export function checkTierChange(tier: Tier, { mfa, clients, domains }: Settings): void {
  const needs = [
    ...needsOfMfa(mfa),
    ...clients.flatMap(({ settings }) => needsOfClient(settings)),
    ...domains.flatMap(needsOfDomain),
  ];
  const missing = needs.find((need) => rank(need.tier) > rank(tier));
  if (missing)
    throw new ServiceError(
      'TierChangeNotAllowedException',
      `The tier cannot become ${tier} while ${missing.feature} is in use.`,
    );
}
