import { z } from 'zod';

import * as kept from './kept-settings.js';

/** The first factors this pool can offer, by Cognito's names. */
export const FirstFactor = ['PASSWORD', 'WEB_AUTHN', 'EMAIL_OTP', 'SMS_OTP'] as const;
export type FirstFactor = (typeof FirstFactor)[number];

const Time = z.number().nonnegative();

const PasswordPolicy = z.object({
  MinimumLength: z.int().min(6).max(99).default(8),
  RequireUppercase: z.boolean().default(true),
  RequireLowercase: z.boolean().default(true),
  RequireNumbers: z.boolean().default(true),
  RequireSymbols: z.boolean().default(true),
  PasswordHistorySize: z.int().min(0).max(24).optional(),
  /** 0 stands for the default. */
  TemporaryPasswordValidityDays: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .transform((days) => (days === 0 ? 7 : days)),
});

/** The feature plans, from the smallest to the largest. */
export const UserPoolTier = z.enum(['LITE', 'ESSENTIALS', 'PLUS']);
export const MfaConfiguration = z.enum(['OFF', 'OPTIONAL', 'ON']);

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
  UserPoolTier: UserPoolTier.default('ESSENTIALS'),
  LambdaConfig: z.record(z.string(), z.json()).default({}),
  AutoVerifiedAttributes: z.array(z.enum(['email', 'phone_number'])).default([]),
  AdminCreateUserConfig: z
    .object({
      AllowAdminCreateUserOnly: z.boolean().default(false),
      UnusedAccountValidityDays: z.int().min(0).max(365).optional(),
      InviteMessageTemplate: kept.Invitation.optional(),
    })
    .prefault({}),
  AcrConfiguration: z
    .partialRecord(z.enum(['Level1', 'Level2', 'Level3', 'Level4']), z.object({ AcrValue: z.string().min(1).max(256) }))
    .optional(),
  DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']).default('INACTIVE'),
  UserPoolTags: z.record(z.string(), z.string()).default({}),
  AccountRecoverySetting: kept.AccountRecovery.optional(),
  DcrConfiguration: kept.DynamicClientRegistration.optional(),
  DeviceConfiguration: kept.Devices.optional(),
  EmailConfiguration: kept.Email.optional(),
  EmailVerificationMessage: kept.EmailText.optional(),
  EmailVerificationSubject: kept.EmailSubject.optional(),
  IssuerConfiguration: kept.Issuer.optional(),
  KeyConfiguration: kept.EncryptionKey.optional(),
  SmsAuthenticationMessage: kept.SmsText.optional(),
  SmsConfiguration: kept.Sms.optional(),
  SmsVerificationMessage: kept.SmsText.optional(),
  UserAttributeUpdateSettings: kept.AttributeUpdates.optional(),
  UserPoolAddOns: kept.AddOns.optional(),
  VerificationMessageTemplate: kept.VerificationMessage.optional(),
});
export type UserPoolSettings = z.infer<typeof UserPoolSettings>;

/**
 * What SetUserPoolMfaConfig sets, in its own words; it replaces the whole as well.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html
 */
export const MfaSettings = z.object({
  MfaConfiguration: MfaConfiguration.default('OFF'),
  SmsMfaConfiguration: kept.SmsMfa.optional(),
  SoftwareTokenMfaConfiguration: z.object({ Enabled: z.boolean().default(false) }).optional(),
  EmailMfaConfiguration: kept.EmailMfa.optional(),
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
  AccessTokenValidity: z.int().min(1).max(86_400).optional(),
  IdTokenValidity: z.int().min(1).max(86_400).optional(),
  /** 0 stands for the default. */
  RefreshTokenValidity: z
    .int()
    .min(0)
    .max(315_360_000)
    .default(30)
    .transform((value) => (value === 0 ? 30 : value)),
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
  AllowedOAuthFlows: z
    .array(z.enum(['code', 'implicit', 'client_credentials']))
    .max(3)
    .optional(),
  AllowedOAuthFlowsUserPoolClient: z.boolean().optional(),
  AllowedOAuthScopes: z.array(z.string().min(1).max(256)).max(50).optional(),
  AnalyticsConfiguration: kept.Analytics.optional(),
  CallbackURLs: z.array(kept.RedirectUri).max(100).optional(),
  DefaultRedirectURI: kept.RedirectUri.optional(),
  EnablePropagateAdditionalUserContextData: z.boolean().optional(),
  LogoutURLs: z.array(kept.RedirectUri).max(100).optional(),
  ReadAttributes: z.array(kept.AttributeName).optional(),
  SupportedIdentityProviders: z.array(z.string().min(1).max(32)).optional(),
  WriteAttributes: z.array(kept.AttributeName).optional(),
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

/**
 * A domain of the managed login: a name of its own with a certificate, or a prefix under the service's.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolDomain.html
 */
export const PoolDomain = z.strictObject({
  /** The whole name of a custom domain, the prefix alone otherwise. */
  name: z.string(),
  certificate: z
    .object({
      CertificateArn: kept.Arn,
      SecurityPolicy: z.enum(['TLS_V1', 'TLS_V1_2_2021', 'TLS_V1_3_2025']).optional(),
    })
    .nullable(),
  managedLoginVersion: z.int().min(1).max(2),
  routing: kept.Routing.nullable(),
});
export type PoolDomain = z.infer<typeof PoolDomain>;

/** All that an administrator can set. */
export const Settings = z.strictObject({
  pool: UserPoolSettings,
  mfa: MfaSettings,
  /** In the order in which they were made. */
  clients: z.array(AppClient),
  /** One with a prefix and one of its own name, at most. */
  domains: z.array(PoolDomain).max(2).default([]),
  /** When the pool's own settings, not those of clients and domains, were last set. */
  modifiedAt: Time.default(0),
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
