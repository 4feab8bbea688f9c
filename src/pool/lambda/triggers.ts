import { z } from 'zod';

const Flag = z.boolean().nullish();
const Text = z.string().nullish();
const TextMap = z.record(z.string(), z.string()).nullish();
const Names = z.array(z.string()).nullish();

const GroupOverride = z.object({ groupsToOverride: Names, iamRolesToOverride: Names, preferredRole: Text }).nullish();
const ClaimsOfToken = z.object({
  claimsToAddOrOverride: z.record(z.string(), z.json()).nullish(),
  claimsToSuppress: Names,
});

/**
 * What each trigger may answer, by its name in LambdaConfig; members that a function leaves out or null decide nothing.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export const responses = {
  PreSignUp: z.object({ autoConfirmUser: Flag, autoVerifyEmail: Flag, autoVerifyPhone: Flag }),
  PostConfirmation: z.object({}),
  PreAuthentication: z.object({}),
  PostAuthentication: z.object({}),
  DefineAuthChallenge: z.object({ challengeName: Text, issueTokens: Flag, failAuthentication: Flag }),
  CreateAuthChallenge: z.object({
    publicChallengeParameters: TextMap,
    privateChallengeParameters: TextMap,
    challengeMetadata: Text,
  }),
  VerifyAuthChallengeResponse: z.object({ answerCorrect: Flag }),
  PreTokenGeneration: z.object({
    /** Version 1 of the event: the ID token alone, and text alone. */
    claimsOverrideDetails: z
      .object({ claimsToAddOrOverride: TextMap, claimsToSuppress: Names, groupOverrideDetails: GroupOverride })
      .nullish(),
    /** Versions 2 and 3: both tokens. */
    claimsAndScopeOverrideDetails: z
      .object({
        idTokenGeneration: ClaimsOfToken.nullish(),
        accessTokenGeneration: ClaimsOfToken.extend({ scopesToAdd: Names, scopesToSuppress: Names }).nullish(),
        groupOverrideDetails: GroupOverride,
      })
      .nullish(),
  }),
  CustomMessage: z.object({ smsMessage: Text, emailMessage: Text, emailSubject: Text }),
} as const;

export type TriggerName = keyof typeof responses;
export type TriggerResponse<T extends TriggerName> = z.output<(typeof responses)[T]>;
