/**
 * Events as Cognito's documentation shows them, with values filled in: the common parameters are those of
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html#cognito-user-pools-lambda-trigger-syntax-shared
 * and each request and response those of the trigger's own page (named in src/triggers/events.ts).
 */
export const POOL = 'eu-central-1_EXAMPLE01';
export const CLIENTS = { passkey: ['passkeyclient'], password: ['passwordclient'], helpdesk: ['helpdeskclient'] };
export const SUB = '7f2f8b1c-5d4c-4a6e-9f0a-3f2b1c0d9e8f';

export interface Sample {
  [member: string]: unknown;
  request: Record<string, unknown>;
}

const sample = (triggerSource: string, clientId: string, request: Record<string, unknown>, response = {}): Sample => ({
  version: '1',
  triggerSource,
  region: 'eu-central-1',
  userPoolId: POOL,
  userName: SUB,
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
  request,
  response,
});

const ATTRIBUTES = {
  sub: SUB,
  email: 'ann@example.com',
  email_verified: 'true',
  'cognito:user_status': 'CONFIRMED',
  'custom:account_number': '12-345 678',
};

export const preAuthenticationSample = (clientId: string, request: Record<string, unknown> = {}): Sample =>
  sample('PreAuthentication_Authentication', clientId, {
    userAttributes: ATTRIBUTES,
    validationData: null,
    ...request,
  });

export const preSignUpSample = (
  userAttributes: Record<string, string>,
  { clientId = 'passkeyclient', source = 'PreSignUp_SignUp' } = {},
): Sample =>
  sample(
    source,
    clientId,
    { userAttributes, validationData: null },
    { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  );

export const postConfirmationSample = (
  userAttributes: Record<string, string> = {},
  source = 'PostConfirmation_ConfirmSignUp',
): Sample => sample(source, 'passkeyclient', { userAttributes: { ...ATTRIBUTES, ...userAttributes } });

export const tokenGenerationSample = (
  clientId: string,
  source = 'TokenGeneration_Authentication',
  userAttributes: Record<string, string> = ATTRIBUTES,
): Sample =>
  sample(
    source,
    clientId,
    {
      userAttributes,
      groupConfiguration: { groupsToOverride: ['operators'], iamRolesToOverride: [], preferredRole: null },
    },
    { claimsOverrideDetails: null },
  );

export const defineSample = (session: unknown, request: Record<string, unknown> = {}, clientId = 'helpdeskclient') =>
  sample(
    'DefineAuthChallenge_Authentication',
    clientId,
    { userAttributes: ATTRIBUTES, session, ...request },
    { challengeName: null, issueTokens: null, failAuthentication: null },
  );

export const createSample = (request: Record<string, unknown> = {}, clientId = 'helpdeskclient') =>
  sample(
    'CreateAuthChallenge_Authentication',
    clientId,
    { userAttributes: ATTRIBUTES, challengeName: 'CUSTOM_CHALLENGE', session: [], ...request },
    { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  );

export const verifySample = (
  privateChallengeParameters: unknown,
  challengeAnswer: unknown,
  request: Record<string, unknown> = {},
  clientId = 'helpdeskclient',
) =>
  sample(
    'VerifyAuthChallengeResponse_Authentication',
    clientId,
    { userAttributes: ATTRIBUTES, privateChallengeParameters, challengeAnswer, ...request },
    { answerCorrect: null },
  );
