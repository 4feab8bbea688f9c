import type {
  CreateAuthChallengeEvent,
  DefineAuthChallengeEvent,
  PostConfirmationEvent,
  PreAuthenticationEvent,
  PreSignUpEvent,
  TokenGenerationEvent,
  VerifyAuthChallengeResponseEvent,
} from '../../src/triggers/events.js';

/**
 * Events as Cognito's documentation shows them, with values filled in: the common parameters are those of
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html#cognito-user-pools-lambda-trigger-syntax-shared
 * and each request and response those of the trigger's own page (named in src/triggers/events.ts).
 */
export const POOL = 'eu-central-1_EXAMPLE01';
export const CLIENTS = { passkey: ['passkeyclient'], password: ['passwordclient'], helpdesk: ['helpdeskclient'] };
export const SUB = '7f2f8b1c-5d4c-4a6e-9f0a-3f2b1c0d9e8f';

const ATTRIBUTES = {
  sub: SUB,
  email: 'ann@example.com',
  email_verified: 'true',
  'cognito:user_status': 'CONFIRMED',
  'custom:account_number': '12-345 678',
};

const COMMON = { version: '1', region: 'eu-central-1', userPoolId: POOL, userName: SUB };
const at = (clientId: string) => ({ callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId } });

const PRE_AUTHENTICATION: PreAuthenticationEvent = {
  ...COMMON,
  ...at('passkeyclient'),
  triggerSource: 'PreAuthentication_Authentication',
  request: { userAttributes: ATTRIBUTES, validationData: null },
  response: {},
};

const PRE_SIGN_UP: PreSignUpEvent = {
  ...COMMON,
  ...at('passkeyclient'),
  triggerSource: 'PreSignUp_SignUp',
  request: { userAttributes: {}, validationData: null },
  response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
};

const POST_CONFIRMATION: PostConfirmationEvent = {
  ...COMMON,
  ...at('passkeyclient'),
  triggerSource: 'PostConfirmation_ConfirmSignUp',
  request: { userAttributes: ATTRIBUTES },
  response: {},
};

const TOKEN_GENERATION: TokenGenerationEvent = {
  ...COMMON,
  ...at('passkeyclient'),
  triggerSource: 'TokenGeneration_Authentication',
  request: {
    userAttributes: ATTRIBUTES,
    groupConfiguration: { groupsToOverride: ['operators'], iamRolesToOverride: [], preferredRole: null },
  },
  response: { claimsOverrideDetails: null },
};

const DEFINE: DefineAuthChallengeEvent = {
  ...COMMON,
  ...at('helpdeskclient'),
  triggerSource: 'DefineAuthChallenge_Authentication',
  request: { userAttributes: ATTRIBUTES, session: [] },
  response: { issueTokens: false, failAuthentication: false },
};

const CREATE: CreateAuthChallengeEvent = {
  ...COMMON,
  ...at('helpdeskclient'),
  triggerSource: 'CreateAuthChallenge_Authentication',
  request: { userAttributes: ATTRIBUTES, challengeName: 'CUSTOM_CHALLENGE', session: [] },
  response: { publicChallengeParameters: {}, privateChallengeParameters: {}, challengeMetadata: '' },
};

const VERIFY: VerifyAuthChallengeResponseEvent = {
  ...COMMON,
  ...at('helpdeskclient'),
  triggerSource: 'VerifyAuthChallengeResponse_Authentication',
  request: {
    userAttributes: ATTRIBUTES,
    privateChallengeParameters: {},
    challengeAnswer: '',
    clientMetadata: { reason: 'key lost on the train' },
  },
  response: { answerCorrect: false },
};

type Request = Readonly<Record<string, unknown>>;

/** The sample with another client and members of its request replaced, by sense or nonsense. */
const changed = <E extends { readonly request: object }>(event: E, request: Request, clientId?: string) => ({
  ...event,
  ...(clientId !== undefined && at(clientId)),
  request: { ...event.request, ...request },
});

export const preAuthenticationSample = (clientId: string, request: Request = {}) =>
  changed(PRE_AUTHENTICATION, request, clientId);

export const preSignUpSample = (
  userAttributes: Readonly<Record<string, string>>,
  { clientId = 'passkeyclient', source = 'PreSignUp_SignUp' } = {},
) => ({ ...changed(PRE_SIGN_UP, { userAttributes }, clientId), triggerSource: source });

export const postConfirmationSample = (
  userAttributes: Readonly<Record<string, string>> = {},
  source = 'PostConfirmation_ConfirmSignUp',
) => ({
  ...changed(POST_CONFIRMATION, { userAttributes: { ...ATTRIBUTES, ...userAttributes } }),
  triggerSource: source,
});

export const tokenGenerationSample = (
  clientId: string,
  source = 'TokenGeneration_Authentication',
  userAttributes: Readonly<Record<string, string>> = ATTRIBUTES,
) => ({ ...changed(TOKEN_GENERATION, { userAttributes }, clientId), triggerSource: source });

export const defineSample = (session: unknown, request: Request = {}, clientId?: string) =>
  changed(DEFINE, { session, ...request }, clientId);

export const createSample = (request: Request = {}, clientId?: string) => changed(CREATE, request, clientId);

export const verifySample = (
  privateChallengeParameters: unknown,
  challengeAnswer: unknown,
  request: Request = {},
  clientId?: string,
) => changed(VERIFY, { privateChallengeParameters, challengeAnswer, ...request }, clientId);
