/**
 * The events of the triggers used, as Cognito documents them. Attributes and metadata are strings.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export const TriggerSources = {
  preSignUp: ['PreSignUp_SignUp', 'PreSignUp_AdminCreateUser', 'PreSignUp_ExternalProvider'],
  postConfirmation: ['PostConfirmation_ConfirmSignUp', 'PostConfirmation_ConfirmForgotPassword'],
  preAuthentication: ['PreAuthentication_Authentication'],
  tokenGeneration: [
    'TokenGeneration_HostedAuth',
    'TokenGeneration_Authentication',
    'TokenGeneration_NewPasswordChallenge',
    'TokenGeneration_AuthenticateDevice',
    'TokenGeneration_RefreshTokens',
  ],
  defineAuthChallenge: ['DefineAuthChallenge_Authentication'],
  createAuthChallenge: ['CreateAuthChallenge_Authentication'],
  verifyAuthChallengeResponse: ['VerifyAuthChallengeResponse_Authentication'],
} as const;

/** What every event has. */
interface TriggerEvent<Source extends string, Request, Response> {
  readonly version: string;
  readonly triggerSource: Source;
  readonly region: string;
  readonly userPoolId: string;
  /** The user's real name in the pool; for somebody who does not exist, what was typed. */
  readonly userName: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  readonly request: Request;
  readonly response: Response;
}

type Strings = Readonly<Record<string, string>>;
type SourceOf<Trigger extends keyof typeof TriggerSources> = (typeof TriggerSources)[Trigger][number];

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html */
export type PreSignUpEvent = TriggerEvent<
  SourceOf<'preSignUp'>,
  { readonly userAttributes: Strings; readonly validationData?: Strings | null; readonly clientMetadata?: Strings },
  { readonly autoConfirmUser: boolean; readonly autoVerifyEmail: boolean; readonly autoVerifyPhone: boolean }
>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html */
export type PostConfirmationEvent = TriggerEvent<
  SourceOf<'postConfirmation'>,
  { readonly userAttributes: Strings; readonly clientMetadata?: Strings },
  object
>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html */
export type PreAuthenticationEvent = TriggerEvent<
  SourceOf<'preAuthentication'>,
  { readonly userAttributes: Strings; readonly validationData?: Strings | null; readonly userNotFound?: boolean },
  object
>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html */
export type TokenGenerationEvent = TriggerEvent<
  SourceOf<'tokenGeneration'>,
  { readonly userAttributes: Strings; readonly groupConfiguration: object; readonly clientMetadata?: Strings },
  object
>;

/** One round of a custom sign-in that has been played. */
export interface ChallengeResult {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata?: string;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-define-auth-challenge.html */
export type DefineAuthChallengeEvent = TriggerEvent<
  SourceOf<'defineAuthChallenge'>,
  {
    readonly userAttributes: Strings;
    readonly session: readonly ChallengeResult[];
    readonly clientMetadata?: Strings;
    readonly userNotFound?: boolean;
  },
  { readonly challengeName?: string; readonly issueTokens: boolean; readonly failAuthentication: boolean }
>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-create-auth-challenge.html */
export type CreateAuthChallengeEvent = TriggerEvent<
  SourceOf<'createAuthChallenge'>,
  {
    readonly userAttributes: Strings;
    readonly challengeName: string;
    readonly session: readonly ChallengeResult[];
    readonly clientMetadata?: Strings;
    readonly userNotFound?: boolean;
  },
  {
    readonly publicChallengeParameters: Strings;
    readonly privateChallengeParameters: Strings;
    readonly challengeMetadata: string;
  }
>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-verify-auth-challenge-response.html */
export type VerifyAuthChallengeResponseEvent = TriggerEvent<
  SourceOf<'verifyAuthChallengeResponse'>,
  {
    readonly userAttributes: Strings;
    readonly privateChallengeParameters: Strings;
    readonly challengeAnswer: string;
    readonly clientMetadata?: Strings;
    readonly userNotFound?: boolean;
  },
  { readonly answerCorrect: boolean }
>;
