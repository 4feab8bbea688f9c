import type { CognitoErrorCode } from './errors.js';

/** What kind of call failed: the same name means different things to who is signing in and who is signed in. */
export type CallKind = 'sign-in' | 'signed-in' | 'passkey';

/**
 * The exceptions of the operations used, by name; texts are never looked at, as the service rewords them.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
 */
const BY_NAME: Readonly<Record<string, CognitoErrorCode>> = {
  AliasExistsException: 'alias-exists',
  CodeDeliveryFailureException: 'code-not-delivered',
  CodeMismatchException: 'wrong-code',
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
  SerializationException: 'invalid-request',
  SoftwareTokenMFANotFoundException: 'mfa-not-set-up',
  ThrottlingException: 'too-many-requests',
  TooManyFailedAttemptsException: 'too-many-attempts',
  TooManyRequestsException: 'too-many-requests',
  UnauthorizedException: 'operation-refused',
  UnexpectedLambdaException: 'trigger-failed',
  UnknownOperationException: 'operation-refused',
  UnsupportedOperationException: 'operation-refused',
  UnsupportedTokenTypeException: 'invalid-request',
  UserLambdaValidationException: 'refused-by-trigger',
  UserNotConfirmedException: 'user-not-confirmed',
  WebAuthnChallengeNotFoundException: 'passkey-challenge-ended',
  WebAuthnClientMismatchException: 'passkey-client-mismatch',
  WebAuthnConfigurationMissingException: 'passkeys-without-domain',
  WebAuthnCredentialNotSupportedException: 'passkey-not-supported',
  WebAuthnNotEnabledException: 'passkeys-off',
  WebAuthnOriginNotAllowedException: 'passkey-origin-refused',
  WebAuthnRelyingPartyMismatchException: 'passkey-relying-party-mismatch',
};

/** The code of an exception's name in a call of that kind; `unknown` for names that are newer than this table. */
export function codeOf(name: string, kind: CallKind): CognitoErrorCode {
  switch (name) {
    case 'NotAuthorizedException':
      return kind === 'sign-in' ? 'not-authorized' : 'signed-out';
    // Signed in, and gone: the user was deleted meanwhile.
    case 'UserNotFoundException':
      return kind === 'sign-in' ? 'user-not-found' : 'signed-out';
    case 'ResourceNotFoundException':
      return kind === 'passkey' ? 'passkey-not-found' : 'pool-not-found';
    default:
      return Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] ?? 'unknown') : 'unknown';
  }
}
