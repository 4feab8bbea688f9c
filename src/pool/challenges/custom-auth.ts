import type { Pool } from '../context.js';
import { ServiceError, wrongPassword } from '../errors.js';
import { userAttributesOf } from '../lambda/event.js';
import { runTrigger } from '../lambda/run.js';
import type { ChallengeResult } from '../sessions.js';
import { checkStanding } from '../users/standing.js';
import type { AuthAnswer, Claimant, Turn } from './answer.js';
import { challenge } from './answer.js';
import { beginMfa } from './begin-mfa.js';
import { askVerifier } from './begin-srp.js';
import { signedIn } from './signed-in.js';

const CUSTOM = 'CUSTOM_CHALLENGE';

/**
 * Begins CUSTOM_AUTH; by SRP first, when SRP_A came along, as DefineAuthChallenge is then told.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
 */
export function beginCustom(
  pool: Pool,
  claimant: Claimant,
  { SRP_A }: Readonly<Record<string, string>>,
): Promise<AuthAnswer> {
  checkStanding(claimant.user);
  if (SRP_A === undefined) return continueCustom(pool, claimant);
  const rounds = [{ challengeName: 'SRP_A', challengeResult: true }];
  return continueCustom(pool, { ...claimant, rounds }, SRP_A);
}

/** Asks DefineAuthChallenge what comes next: a challenge, tokens, or the end. */
export async function continueCustom(pool: Pool, claimant: Claimant, srpA?: string): Promise<AuthAnswer> {
  const defined = await runTrigger(pool, 'DefineAuthChallenge', {
    source: 'DefineAuthChallenge_Authentication',
    ...called(claimant),
    request: { ...seen(claimant), session: claimant.rounds },
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
  });
  if (!defined) throw notConfigured();
  const { user } = claimant;
  if (defined.failAuthentication === true) throw wrongPassword();
  if (defined.issueTokens === true) {
    // Whatever the functions say of a user who does not exist, there is nobody to sign in.
    if (!user) throw wrongPassword();
    return signedIn(pool, claimant, user);
  }
  const name = defined.challengeName;
  if (name === CUSTOM) return createChallenge(pool, claimant);
  if (name === 'PASSWORD_VERIFIER' && srpA !== undefined) return askVerifier(pool, claimant, srpA);
  if (user && (name === 'SMS_MFA' || name === 'SOFTWARE_TOKEN_MFA' || name === 'EMAIL_OTP'))
    return beginMfa(pool, claimant, user, name);
  throw new ServiceError('InvalidLambdaResponseException', 'Invalid challengeName returned by DefineAuthChallenge.');
}

async function createChallenge(pool: Pool, claimant: Claimant): Promise<AuthAnswer> {
  const created = await runTrigger(pool, 'CreateAuthChallenge', {
    source: 'CreateAuthChallenge_Authentication',
    ...called(claimant),
    request: { ...seen(claimant), challengeName: CUSTOM, session: claimant.rounds },
    response: { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  });
  if (!created) throw notConfigured();
  return challenge(
    pool,
    claimant,
    {
      name: CUSTOM,
      privateParameters: created.privateChallengeParameters ?? {},
      metadata: created.challengeMetadata ?? null,
    },
    { ...created.publicChallengeParameters, USERNAME: claimant.user?.username ?? claimant.username },
  );
}

/** CUSTOM_CHALLENGE answered: VerifyAuthChallengeResponse judges it, and DefineAuthChallenge what follows from that. */
export async function answerCustom(
  pool: Pool,
  { claimant, step, responses }: Turn<typeof CUSTOM>,
): Promise<AuthAnswer> {
  const verified = await runTrigger(pool, 'VerifyAuthChallengeResponse', {
    source: 'VerifyAuthChallengeResponse_Authentication',
    ...called(claimant),
    request: {
      ...seen(claimant),
      privateChallengeParameters: step.privateParameters,
      challengeAnswer: responses['ANSWER'] ?? null,
    },
    response: { answerCorrect: null },
  });
  if (!verified) throw notConfigured();
  const round: ChallengeResult = {
    challengeName: CUSTOM,
    challengeResult: verified.answerCorrect === true,
    ...(step.metadata !== null && { challengeMetadata: step.metadata }),
  };
  return continueCustom(pool, { ...claimant, rounds: [...claimant.rounds, round] });
}

const called = ({ username, user, clientId }: Claimant) => ({ userName: user?.username ?? username, clientId });

/** What all three functions see of the claimant. */
const seen = ({ user, clientMetadata }: Claimant) => ({
  userAttributes: userAttributesOf(user),
  clientMetadata,
  userNotFound: user === undefined,
});

const notConfigured = () =>
  new ServiceError('InvalidParameterException', 'Custom auth lambda trigger is not configured for the user pool.');
