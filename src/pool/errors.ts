/**
 * Every error the pool answers with, by the service's own name, and the status it travels under.
 * Names that the service's front (not Cognito's model) and KMS use are marked; all others are in the SDK's models.
 */
const STATUS = {
  CodeMismatchException: 400,
  EnableSoftwareTokenMFAException: 400,
  ExpiredCodeException: 400,
  FeatureUnavailableInTierException: 400,
  ForbiddenException: 403,
  GroupExistsException: 400,
  InternalErrorException: 500,
  InvalidLambdaResponseException: 400,
  InvalidParameterException: 400,
  InvalidPasswordException: 400,
  InvalidOAuthFlowException: 400,
  LimitExceededException: 400,
  MFAMethodNotFoundException: 400,
  NotAuthorizedException: 400,
  PasswordResetRequiredException: 400,
  RefreshTokenReuseException: 400,
  ResourceNotFoundException: 400,
  SoftwareTokenMFANotFoundException: 400,
  TierChangeNotAllowedException: 400,
  TooManyRequestsException: 400,
  UnauthorizedException: 400,
  UnexpectedLambdaException: 400,
  UnsupportedTokenTypeException: 400,
  UnsupportedUserStateException: 400,
  UserLambdaValidationException: 400,
  UserNotConfirmedException: 400,
  UserNotFoundException: 400,
  UserPoolTaggingException: 400,
  UsernameExistsException: 400,
  WebAuthnChallengeNotFoundException: 400,
  WebAuthnClientMismatchException: 400,
  WebAuthnConfigurationMissingException: 400,
  WebAuthnCredentialNotSupportedException: 400,
  WebAuthnNotEnabledException: 400,
  WebAuthnOriginNotAllowedException: 400,
  WebAuthnRelyingPartyMismatchException: 400,
  // Those of KMS: https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html#API_GenerateMac_Errors
  DryRunOperationException: 400,
  InvalidGrantTokenException: 400,
  InvalidKeyUsageException: 400,
  NotFoundException: 400,
  ValidationException: 400,
  // The front's: they come before any operation runs.
  AccessDeniedException: 400,
  IncompleteSignatureException: 400,
  InvalidSignatureException: 400,
  MissingAuthenticationTokenException: 400,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
} as const;

export type ServiceErrorName = keyof typeof STATUS;

/** An answer of the service that is an error: `{"__type": name, "message": message}`. Messages never hold a secret. */
export class ServiceError extends Error {
  override readonly name: ServiceErrorName;

  constructor(name: ServiceErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }

  get status(): number {
    return STATUS[this.name];
  }
}

export const notAuthorized = (message: string): ServiceError => new ServiceError('NotAuthorizedException', message);

export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterException', message);

export const missingParameter = (name: string): ServiceError => invalidParameter(`Missing required parameter ${name}`);

/** The same words for a wrong password and for a user who does not exist. */
export const wrongPassword = (): ServiceError => notAuthorized('Incorrect username or password.');

export const userNotFound = (): ServiceError => new ServiceError('UserNotFoundException', 'User does not exist.');

export type PoolErrorCode = 'state-unreadable' | 'state-damaged' | 'state-changed' | 'port-unavailable' | 'bad-options';

/** Why a pool could not be started, or kept (`state-changed`). `state-damaged` leaves the file as it was. */
export class PoolError extends Error {
  override readonly name = 'PoolError';
  readonly code: PoolErrorCode;

  constructor(code: PoolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
