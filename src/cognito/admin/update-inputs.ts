import type {
  SetUserPoolMfaConfigRequest,
  UpdateUserPoolClientRequest,
  UpdateUserPoolRequest,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';

import type { AppClient, MfaConfig } from './pool-state.js';
import { isMfaOff, withoutRefused } from './second-factors.js';

/**
 * What becomes of a member that a Describe call returned. The update calls replace the whole: what is not sent back goes
 * to its default. `sent`: it goes back as it came. `fixed`: the update has no such member, and nothing can change it
 * here. `moving`: the same, and it changes by itself. A member that a newer SDK adds fails the build until it is in here.
 */
type Fate = 'sent' | 'fixed' | 'moving';

/** DescribeUserPool → UpdateUserPool. */
export const POOL_MEMBERS = {
  Id: 'fixed',
  /** Goes back as PoolName. */
  Name: 'fixed',
  Policies: 'sent',
  DeletionProtection: 'sent',
  LambdaConfig: 'sent',
  Status: 'fixed',
  LastModifiedDate: 'moving',
  CreationDate: 'fixed',
  SchemaAttributes: 'fixed',
  AutoVerifiedAttributes: 'sent',
  AliasAttributes: 'fixed',
  UsernameAttributes: 'fixed',
  SmsVerificationMessage: 'sent',
  EmailVerificationMessage: 'sent',
  EmailVerificationSubject: 'sent',
  VerificationMessageTemplate: 'sent',
  SmsAuthenticationMessage: 'sent',
  UserAttributeUpdateSettings: 'sent',
  MfaConfiguration: 'sent',
  DeviceConfiguration: 'sent',
  EstimatedNumberOfUsers: 'moving',
  EmailConfiguration: 'sent',
  SmsConfiguration: 'sent',
  UserPoolTags: 'sent',
  SmsConfigurationFailure: 'moving',
  EmailConfigurationFailure: 'moving',
  Domain: 'fixed',
  CustomDomain: 'fixed',
  AdminCreateUserConfig: 'sent',
  UserPoolAddOns: 'sent',
  DcrConfiguration: 'sent',
  UsernameConfiguration: 'fixed',
  Arn: 'fixed',
  AccountRecoverySetting: 'sent',
  UserPoolTier: 'sent',
  KeyConfiguration: 'sent',
  IssuerConfiguration: 'sent',
  AcrConfiguration: 'sent',
} as const satisfies Record<keyof UserPoolType, Fate>;

/** GetUserPoolMfaConfig → SetUserPoolMfaConfig. */
export const MFA_MEMBERS = {
  SmsMfaConfiguration: 'sent',
  SoftwareTokenMfaConfiguration: 'sent',
  EmailMfaConfiguration: 'sent',
  MfaConfiguration: 'sent',
  WebAuthnConfiguration: 'sent',
} as const satisfies Record<keyof MfaConfig, Fate>;

/** DescribeUserPoolClient → UpdateUserPoolClient. The secret is not even kept; whether there is one is. */
export const CLIENT_MEMBERS = {
  UserPoolId: 'sent',
  ClientName: 'sent',
  ClientId: 'sent',
  hasSecret: 'fixed',
  LastModifiedDate: 'moving',
  CreationDate: 'fixed',
  RefreshTokenValidity: 'sent',
  AccessTokenValidity: 'sent',
  IdTokenValidity: 'sent',
  TokenValidityUnits: 'sent',
  ReadAttributes: 'sent',
  WriteAttributes: 'sent',
  ExplicitAuthFlows: 'sent',
  SupportedIdentityProviders: 'sent',
  CallbackURLs: 'sent',
  LogoutURLs: 'sent',
  DefaultRedirectURI: 'sent',
  AllowedOAuthFlows: 'sent',
  AllowedOAuthScopes: 'sent',
  AllowedOAuthFlowsUserPoolClient: 'sent',
  AnalyticsConfiguration: 'sent',
  PreventUserExistenceErrors: 'sent',
  EnableTokenRevocation: 'sent',
  EnablePropagateAdditionalUserContextData: 'sent',
  AuthSessionValidity: 'sent',
  RefreshTokenRotation: 'sent',
  ClientType: 'fixed',
} as const satisfies Record<keyof AppClient, Fate>;

/**
 * UpdateUserPool's input that makes a pool so: everything that it takes, nothing left to its defaults. Only MFA that is off
 * is not said. Left out it stays as it is, or goes to its default, and both are OFF; to be told to turn MFA off might take
 * with it what the service remembers of second factors. This input can leave MFA off, but not turn it off.
 */
export function poolInput(pool: UserPoolType, userPoolId: string): UpdateUserPoolRequest {
  const { Name, AdminCreateUserConfig, Policies } = pool;
  const input: UpdateUserPoolRequest = { ...sent(pool, POOL_MEMBERS), UserPoolId: userPoolId };
  if (Name !== undefined) input.PoolName = Name;
  if (isMfaOff(pool)) delete input.MfaConfiguration;
  // The old name of TemporaryPasswordValidityDays is still returned beside it, and refused beside it.
  if (AdminCreateUserConfig && Policies?.PasswordPolicy?.TemporaryPasswordValidityDays !== undefined) {
    const members = Object.entries(AdminCreateUserConfig).filter(([name]) => name !== 'UnusedAccountValidityDays');
    input.AdminCreateUserConfig = Object.fromEntries(members);
  }
  return input;
}

/** SetUserPoolMfaConfig's input. */
export function mfaInput(mfa: MfaConfig, userPoolId: string): SetUserPoolMfaConfigRequest {
  return { ...sent(withoutRefused(mfa), MFA_MEMBERS), UserPoolId: userPoolId };
}

/** UpdateUserPoolClient's input. */
export function clientInput(client: AppClient, userPoolId: string): UpdateUserPoolClientRequest {
  return { ...sent(client, CLIENT_MEMBERS), UserPoolId: userPoolId, ClientId: client.ClientId };
}

/** The members that go back, as they are. */
function sent<T extends object>(value: T, fates: Readonly<Record<string, Fate>>): Partial<T> {
  const members = Object.entries(value).filter(([name]) => fates[name] === 'sent');
  return Object.fromEntries(members) as Partial<T>; // some of its own members
}
