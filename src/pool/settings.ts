import { z } from 'zod';

/** The first factors this pool can offer, by Cognito's names. */
export const FirstFactor = ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP', 'SMS_OTP'] as const;
export type FirstFactor = (typeof FirstFactor)[number];

/** Settings that the pool keeps and tells, and does not act on: whatever they were set to. */
const Kept = z.json().optional();
const Time = z.number().nonnegative();

const PasswordPolicy = z.object({
  MinimumLength: z.int().min(6).max(99).default(8),
  RequireUppercase: z.boolean().default(true),
  RequireLowercase: z.boolean().default(true),
  RequireNumbers: z.boolean().default(true),
  RequireSymbols: z.boolean().default(true),
  PasswordHistorySize: z.int().min(0).max(24).optional(),
  TemporaryPasswordValidityDays: z.int().min(0).max(365).default(7),
});

/**
 * What UpdateUserPool sets, in its own words. It replaces the whole: a member that is left out goes back to its default,
 * and that is what parsing an input by this schema gives.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
 */
export const UserPoolSettings = z.object({
  PoolName: z.string().min(1).max(128).optional(),
  Policies: z
    .object({
      PasswordPolicy: PasswordPolicy.prefault({}),
      SignInPolicy: z
        .object({ AllowedFirstAuthFactors: z.array(z.enum(FirstFactor)).min(1).max(4).default(['PASSWORD']) })
        .prefault({}),
    })
    .prefault({}),
  UserPoolTier: z.enum(['LITE', 'ESSENTIALS', 'PLUS']).default('ESSENTIALS'),
  LambdaConfig: z.record(z.string(), z.json()).default({}),
  AutoVerifiedAttributes: z.array(z.enum(['email', 'phone_number'])).default([]),
  AdminCreateUserConfig: z.looseObject({ AllowAdminCreateUserOnly: z.boolean().default(false) }).prefault({}),
  AcrConfiguration: z.record(z.string(), z.object({ AcrValue: z.string().optional() })).optional(),
  DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']).default('INACTIVE'),
  UserPoolTags: z.record(z.string(), z.string()).default({}),
  AccountRecoverySetting: Kept,
  DcrConfiguration: Kept,
  DeviceConfiguration: Kept,
  EmailConfiguration: Kept,
  EmailVerificationMessage: Kept,
  EmailVerificationSubject: Kept,
  IssuerConfiguration: Kept,
  KeyConfiguration: Kept,
  SmsAuthenticationMessage: Kept,
  SmsConfiguration: Kept,
  SmsVerificationMessage: Kept,
  UserAttributeUpdateSettings: Kept,
  UserPoolAddOns: Kept,
  VerificationMessageTemplate: Kept,
});
export type UserPoolSettings = z.infer<typeof UserPoolSettings>;

/**
 * What SetUserPoolMfaConfig sets, in its own words; it replaces the whole as well.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html
 */
export const MfaSettings = z.object({
  MfaConfiguration: z.enum(['OFF', 'OPTIONAL', 'ON']).default('OFF'),
  SmsMfaConfiguration: Kept,
  SoftwareTokenMfaConfiguration: z.object({ Enabled: z.boolean().default(false) }).optional(),
  EmailMfaConfiguration: Kept,
  WebAuthnConfiguration: z
    .object({
      /** Without it the passkeys' domain is that of the managed login, where the pool has one. */
      RelyingPartyId: z.string().min(1).max(127).optional(),
      UserVerification: z.enum(['preferred', 'required']).default('preferred'),
      FactorConfiguration: z.enum(['SINGLE_FACTOR', 'MULTI_FACTOR_WITH_USER_VERIFICATION']).default('SINGLE_FACTOR'),
    })
    .prefault({}),
});
export type MfaSettings = z.infer<typeof MfaSettings>;

const Unit = z.enum(['seconds', 'minutes', 'hours', 'days']);

/**
 * What UpdateUserPoolClient sets of an app client, in its own words; it replaces the whole as well.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
 */
export const ClientSettings = z.object({
  ClientName: z.string().min(1).max(128).optional(),
  ExplicitAuthFlows: z
    .array(
      z.enum([
        'ALLOW_ADMIN_USER_PASSWORD_AUTH',
        'ALLOW_CUSTOM_AUTH',
        'ALLOW_REFRESH_TOKEN_AUTH',
        'ALLOW_USER_AUTH',
        'ALLOW_USER_PASSWORD_AUTH',
        'ALLOW_USER_SRP_AUTH',
      ]),
    )
    .default(['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH']),
  PreventUserExistenceErrors: z.enum(['ENABLED', 'LEGACY']).default('LEGACY'),
  /** Minutes. */
  AuthSessionValidity: z.int().min(3).max(15).default(3),
  AccessTokenValidity: z.int().min(1).optional(),
  IdTokenValidity: z.int().min(1).optional(),
  RefreshTokenValidity: z.int().min(1).default(30),
  TokenValidityUnits: z
    .object({ AccessToken: Unit.optional(), IdToken: Unit.optional(), RefreshToken: Unit.optional() })
    .default({}),
  EnableTokenRevocation: z.boolean().default(true),
  RefreshTokenRotation: z
    .object({
      Feature: z.enum(['ENABLED', 'DISABLED']),
      RetryGracePeriodSeconds: z.int().min(0).max(60).default(0),
    })
    .optional(),
  AllowedOAuthFlows: Kept,
  AllowedOAuthFlowsUserPoolClient: Kept,
  AllowedOAuthScopes: Kept,
  AnalyticsConfiguration: Kept,
  CallbackURLs: Kept,
  DefaultRedirectURI: Kept,
  EnablePropagateAdditionalUserContextData: Kept,
  LogoutURLs: Kept,
  ReadAttributes: Kept,
  SupportedIdentityProviders: Kept,
  WriteAttributes: Kept,
});
export type ClientSettings = z.infer<typeof ClientSettings>;

/** An app client. None has a secret: a desktop program could not keep one. */
export const AppClient = z.strictObject({
  id: z.string().regex(/^[\w+]+$/),
  createdAt: Time,
  modifiedAt: Time,
  settings: ClientSettings,
});
export type AppClient = z.infer<typeof AppClient>;

/** All that an administrator can set. */
export const Settings = z.strictObject({
  pool: UserPoolSettings,
  mfa: MfaSettings,
  /** At least one; the first is the one that a new pool begins with. */
  clients: z.tuple([AppClient]).rest(AppClient),
});
export type Settings = z.infer<typeof Settings>;

const MS = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** How long what an app client gets is good for, in milliseconds. */
export function lifetimesOf({ settings }: Pick<AppClient, 'settings'>) {
  const { AccessToken = 'hours', IdToken = 'hours', RefreshToken = 'days' } = settings.TokenValidityUnits;
  return {
    accessToken: (settings.AccessTokenValidity ?? 1) * MS[AccessToken],
    idToken: (settings.IdTokenValidity ?? 1) * MS[IdToken],
    refreshToken: settings.RefreshTokenValidity * MS[RefreshToken],
    session: settings.AuthSessionValidity * MS.minutes,
  };
}
