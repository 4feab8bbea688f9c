import type { CognitoErrorCode } from './errors.js';

/**
 * What kind of call failed: the same name means different things to who is signing in, makes an account (`sign-up`), proves
 * an address (`confirmation`), has forgotten a password (`recovery`), is signed in, or works on a passkey.
 */
export type CallKind = 'sign-in' | 'sign-up' | 'confirmation' | 'recovery' | 'signed-in' | 'passkey';

/**
 * The exceptions of the operations used, by name; texts are never looked at, as the service rewords them.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
 */
const BY_NAME: Readonly<Record<string, CognitoErrorCode>> = {
  AccessDeniedException: 'operation-refused',
  AliasExistsException: 'alias-exists',
  CodeDeliveryFailureException: 'code-not-delivered',
  CodeMismatchException: 'wrong-code',
  ConcurrentModificationException: 'changed-meanwhile',
  EnableSoftwareTokenMFAException: 'wrong-code',
  ExpiredCodeException: 'expired-code',
  FeatureUnavailableInTierException: 'pool-misconfigured',
  ForbiddenException: 'operation-refused',
  InternalErrorException: 'service-failed',
  InternalServerException: 'service-failed',
  InvalidEmailRoleAccessPolicyException: 'pool-misconfigured',
  InvalidLambdaResponseException: 'trigger-failed',
  InvalidParameterException: 'invalid-request',
  InvalidPasswordException: 'weak-password',
  InvalidSmsRoleAccessPolicyException: 'pool-misconfigured',
  InvalidSmsRoleTrustRelationshipException: 'pool-misconfigured',
  InvalidUserPoolConfigurationException: 'pool-misconfigured',
  LimitExceededException: 'limit-reached',
  MFAMethodNotFoundException: 'mfa-not-set-up',
  OperationNotEnabledException: 'pool-misconfigured',
  PasswordHistoryPolicyViolationException: 'password-used-before',
  PasswordResetRequiredException: 'password-reset-required',
  RefreshTokenReuseException: 'refresh-token-reused',
  ResourceNotFoundException: 'pool-not-found',
  SerializationException: 'invalid-request',
  SoftwareTokenMFANotFoundException: 'mfa-not-set-up',
  TooManyFailedAttemptsException: 'too-many-attempts',
  TooManyRequestsException: 'too-many-requests',
  UnauthorizedException: 'operation-refused',
  UnexpectedLambdaException: 'trigger-failed',
  UnknownOperationException: 'operation-refused',
  UnsupportedOperationException: 'operation-refused',
  UnsupportedTokenTypeException: 'invalid-request',
  UserLambdaValidationException: 'refused-by-trigger',
  UserNotConfirmedException: 'user-not-confirmed',
  UserNotFoundException: 'user-not-found',
  UsernameExistsException: 'username-exists',
  WebAuthnChallengeNotFoundException: 'passkey-challenge-ended',
  WebAuthnClientMismatchException: 'passkey-client-mismatch',
  WebAuthnConfigurationMissingException: 'passkeys-without-domain',
  WebAuthnCredentialNotSupportedException: 'passkey-not-supported',
  WebAuthnNotEnabledException: 'passkeys-off',
  WebAuthnOriginNotAllowedException: 'passkey-origin-refused',
  WebAuthnRelyingPartyMismatchException: 'passkey-relying-party-mismatch',
  // What gateways and web application firewalls before the service say when they shed load.
  LimitExceeded: 'too-many-requests',
  RequestLimitExceeded: 'too-many-requests',
  RequestThrottled: 'too-many-requests',
  RequestThrottledException: 'too-many-requests',
  SlowDown: 'too-many-requests',
  Throttling: 'too-many-requests',
  ThrottlingException: 'too-many-requests',
  ThrottledException: 'too-many-requests',
  ServiceUnavailable: 'service-failed',
  ServiceUnavailableException: 'service-failed',
};

/** Exceptions that only operations throw which Keydesk's window does not call: an administrator's, a device's. */
export const OF_OTHER_OPERATIONS: ReadonlySet<string> = new Set([
  'DeviceKeyExistsException',
  'DuplicateProviderException',
  'GroupExistsException',
  'InvalidOAuthFlowException',
  'ManagedLoginBrandingExistsException',
  'PreconditionNotMetException',
  'ScopeDoesNotExistException',
  'ServiceQuotaExceededException',
  'TermsExistsException',
  'TierChangeNotAllowedException',
  'UnsupportedIdentityProviderException',
  'UnsupportedUserStateException',
  'UserImportInProgressException',
  'UserPoolAddOnNotEnabledException',
  'UserPoolTaggingException',
]);

/** Where a name means something else in calls of that kind. */
const BY_KIND: Readonly<Record<CallKind, Readonly<Record<string, CognitoErrorCode>>>> = {
  'sign-in': {
    NotAuthorizedException: 'not-authorized',
    LimitExceededException: 'too-many-attempts',
  },
  'sign-up': {
    NotAuthorizedException: 'sign-up-closed',
    LimitExceededException: 'too-many-attempts',
  },
  confirmation: {
    // The account is confirmed already, or disabled.
    NotAuthorizedException: 'confirmation-refused',
    LimitExceededException: 'too-many-attempts',
  },
  recovery: {
    // The account has no password, or none that may be changed now; or no proved address to send a code to.
    NotAuthorizedException: 'reset-refused',
    InvalidParameterException: 'reset-refused',
    LimitExceededException: 'too-many-attempts',
  },
  // Signed in, and gone: the user was deleted meanwhile.
  'signed-in': { NotAuthorizedException: 'signed-out', UserNotFoundException: 'signed-out' },
  passkey: {
    NotAuthorizedException: 'signed-out',
    UserNotFoundException: 'signed-out',
    ResourceNotFoundException: 'passkey-not-found',
  },
};

/** The code of an exception's name in a call of that kind; `unknown` for names that are newer than this table. */
export function codeOf(name: string, kind: CallKind): CognitoErrorCode {
  for (const table of [BY_KIND[kind], BY_NAME]) if (Object.hasOwn(table, name)) return table[name] ?? 'unknown';
  return 'unknown';
}
