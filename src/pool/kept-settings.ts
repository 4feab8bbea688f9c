import { z } from 'zod';

/**
 * Settings that the local pool keeps and tells, and does not act on. They are checked as the API describes them, so that
 * what is accepted here would be accepted there; members that the API does not have are dropped.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Types.html
 */

export const Arn = z
  .string()
  .min(20)
  .max(2048)
  .regex(/^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:\d*:[\w+=/,.@-]+(:[\w+=/,.@-]+)*$/);
/** An e-mail's text holds the code, or for links the words to click; how is checked by the service when it mails. */
const Subject = z.string().min(1).max(140);
const EmailBody = z.string().min(6).max(20_000);
const EmailWithCode = EmailBody.regex(/\{####\}/);
const SmsWithCode = z
  .string()
  .min(6)
  .max(140)
  .regex(/\{####\}/);
const Addressable = z.enum(['email', 'phone_number']);

export const AccountRecovery = z.object({
  RecoveryMechanisms: z
    .array(
      z.object({
        Priority: z.int().min(1).max(2),
        Name: z.enum(['verified_email', 'verified_phone_number', 'admin_only']),
      }),
    )
    .min(1)
    .max(2)
    .optional(),
});

export const DynamicClientRegistration = z.object({
  EnableStatus: z.enum(['Enabled', 'Disabled']).optional(),
  OpenDcrEnabled: z.boolean().optional(),
  AuthenticatedGrantTypes: z.array(z.enum(['code', 'implicit', 'client_credentials'])).optional(),
  OpenDcrGrantTypes: z.array(z.enum(['code', 'implicit', 'client_credentials'])).optional(),
  AllowedScopes: z.array(z.string().min(1).max(256)).optional(),
});

export const Devices = z.object({
  ChallengeRequiredOnNewDevice: z.boolean().optional(),
  DeviceOnlyRememberedOnUserPrompt: z.boolean().optional(),
});

export const Email = z.object({
  SourceArn: Arn.optional(),
  ReplyToEmailAddress: z
    .string()
    .regex(/^\S+@\S+$/)
    .optional(),
  EmailSendingAccount: z.enum(['COGNITO_DEFAULT', 'DEVELOPER']).optional(),
  From: z.string().optional(),
  ConfigurationSet: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w-]+$/)
    .optional(),
});

export const Sms = z.object({
  SnsCallerArn: Arn.optional(),
  ExternalId: z.string().max(131_072).optional(),
  SnsRegion: z.string().min(5).max(32).optional(),
  EumsSms: z
    .object({
      CallerArn: Arn,
      ExternalId: z.string().max(131_072).optional(),
      OriginationIdentity: z.string().max(2048).optional(),
      ConfigurationSetName: z.string().max(256).optional(),
      InEntityId: z.string().max(256).optional(),
      InTemplateId: z.string().max(256).optional(),
      Region: z.string().min(5).max(32).optional(),
    })
    .optional(),
});

export const Issuer = z.object({ Type: z.enum(['ORIGINAL', 'UPDATED']).optional() });
export const EncryptionKey = z.object({
  KeyType: z.enum(['ORIGINAL', 'UPDATED']).optional(),
  KmsKeyArn: Arn.optional(),
});

export const Invitation = z.object({
  SMSMessage: SmsWithCode.regex(/\{username\}/).optional(),
  EmailMessage: EmailWithCode.regex(/\{username\}/).optional(),
  EmailSubject: Subject.optional(),
});

export const AttributeUpdates = z.object({
  AttributesRequireVerificationBeforeUpdate: z.array(Addressable).optional(),
});

export const AddOns = z.object({
  AdvancedSecurityMode: z.enum(['OFF', 'AUDIT', 'ENFORCED']),
  AdvancedSecurityAdditionalFlows: z.object({ CustomAuthMode: z.enum(['AUDIT', 'ENFORCED']).optional() }).optional(),
});

export const VerificationMessage = z.object({
  SmsMessage: SmsWithCode.optional(),
  EmailMessage: EmailWithCode.optional(),
  EmailSubject: Subject.optional(),
  EmailMessageByLink: EmailBody.regex(/\{##[\s\S]*##\}/).optional(),
  EmailSubjectByLink: Subject.optional(),
  DefaultEmailOption: z.enum(['CONFIRM_WITH_LINK', 'CONFIRM_WITH_CODE']).default('CONFIRM_WITH_CODE'),
});

export const SmsMfa = z.object({ SmsAuthenticationMessage: SmsWithCode.optional(), SmsConfiguration: Sms.optional() });
export const EmailMfa = z.object({ Message: EmailWithCode.optional(), Subject: Subject.optional() });

export const EmailSubject = Subject;
export const EmailText = EmailWithCode;
export const SmsText = SmsWithCode;

export const Routing = z.object({
  Failover: z
    .object({ SecondaryRegion: z.string().min(5).max(32), PrimaryRoute53HealthCheckId: z.string().min(1).max(64) })
    .optional(),
});

export const Analytics = z.object({
  ApplicationId: z
    .string()
    .regex(/^[0-9a-fA-F]+$/)
    .optional(),
  ApplicationArn: Arn.optional(),
  RoleArn: Arn.optional(),
  ExternalId: z.string().max(131_072).optional(),
  UserDataShared: z.boolean().optional(),
});

/** An absolute URI without a fragment; http only for localhost, any other scheme for apps. */
export const RedirectUri = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hash, hostname } = new URL(text);
    return hash === '' && (protocol !== 'http:' || hostname === 'localhost');
  }, 'a redirect URI is absolute, has no fragment, and is http only at localhost');
export const AttributeName = z.string().min(1).max(2048);
