import type { AcrLevel } from '../acr.js';
import { ACR_LEVELS, acrValueOf, levelOf, tellsLevels } from '../acr.js';
import type { Pool } from '../context.js';
import { invalidParameter, notAuthorized, ServiceError } from '../errors.js';
import { callerOf } from '../operation.js';
import type { FirstChallenge, Proof } from '../sessions.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { factorsOf } from './first-factors.js';
import { askSecondFactor, reachingFactors } from './second-factor.js';
import { simulateUser } from './simulated-user.js';

/** How USER_AUTH goes on: with which claimant, and with which factors, or at once with a second one. */
export interface StepUp {
  readonly claimant: Claimant;
  readonly offered?: readonly FirstChallenge[];
  readonly answer?: AuthAnswer;
}

const PARAMETERS = ['TARGET_ACR_VALUES', 'ACCESS_TOKEN', 'MAX_AGE'];

/** What each first factor proves. A passkey's kind is known only once it was used; both are of one level. */
const PROOF: Record<FirstChallenge, Proof> = {
  PASSWORD: 'pwd',
  PASSWORD_SRP: 'pwd',
  WEB_AUTHN: 'hwk',
  EMAIL_OTP: 'email_otp',
  SMS_OTP: 'sms',
};

/**
 * Reads TARGET_ACR_VALUES, MAX_AGE and ACCESS_TOKEN; without them the sign-in is an ordinary one. The first of the
 * levels asked for that the user can reach is the target; what an access token has proven counts towards it, unless it
 * is older than MAX_AGE. Throws FeatureUnavailableInTier-, InvalidParameter- or NotAuthorizedException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-step-up-authentication.html
 */
export async function readStepUp(
  pool: Pool,
  claimant: Claimant,
  parameters: Readonly<Record<string, string>>,
): Promise<StepUp> {
  const given = PARAMETERS.find((name) => parameters[name] !== undefined);
  if (given === undefined) return { claimant };
  if (pool.store.settings.pool.UserPoolTier === 'LITE')
    throw new ServiceError('FeatureUnavailableInTierException', 'Step-up authentication needs another feature plan.');
  // Measured at the service: where levels are not told, nobody should take a plain sign-in for a step-up.
  if (!tellsLevels(pool)) throw invalidParameter(`${given} needs a user pool with an AcrConfiguration.`);
  const { TARGET_ACR_VALUES, ACCESS_TOKEN, MAX_AGE } = parameters;
  const maxAge = readMaxAge(MAX_AGE);
  if (TARGET_ACR_VALUES === undefined) {
    if (ACCESS_TOKEN !== undefined) throw invalidParameter('ACCESS_TOKEN needs TARGET_ACR_VALUES.');
    return { claimant };
  }
  const wanted = TARGET_ACR_VALUES.split(' ').flatMap((value) =>
    ACR_LEVELS.filter((level) => acrValueOf(pool, level) === value),
  );
  if (wanted.length === 0) throw invalidParameter('None of TARGET_ACR_VALUES is a level of the user pool.');
  const proofs = ACCESS_TOKEN === undefined ? [] : await credit(pool, claimant, ACCESS_TOKEN, maxAge);
  const has = levelOf(proofs) ?? 0;
  if (wanted.some((level) => level <= has)) throw invalidParameter('The access token is of that level already.');
  for (const target of wanted) {
    const next = { ...claimant, target };
    const { user } = claimant;
    if (user && proofs.length > 0 && reachingFactors(pool, user, proofs, target).length > 0) {
      const answer = await askSecondFactor(pool, { ...next, proofs }, user);
      if (answer) return { claimant: next, answer };
    }
    const offered = factorsOf(pool, claimant).filter((factor) => reaches(pool, claimant, PROOF[factor], target));
    if (offered.length > 0) return { claimant: next, offered };
  }
  throw invalidParameter('The user cannot reach any of TARGET_ACR_VALUES.');
}

function readMaxAge(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (!/^\d{1,9}$/.test(text)) throw invalidParameter('MAX_AGE is not a number of seconds.');
  return Number(text);
}

/** What the sign-in behind an access token has proven. Throws NotAuthorizedException for the token of another user. */
async function credit(pool: Pool, claimant: Claimant, accessToken: string, maxAge: number): Promise<Proof[]> {
  const { user, grant } = await callerOf(pool, accessToken);
  if (user.sub !== claimant.user?.sub) throw notAuthorized('The access token is not of this user.');
  if (pool.now() - grant.authTime > maxAge * 1000) return [];
  // Grants hold what Proof lists, written by this pool; `mfa` is no proof of its own.
  return (grant.amr as Proof[]).filter((proof) => proof !== 'mfa');
}

/** Whether a first factor leads to a level, by itself or with a second one that the user has, or seems to have. */
function reaches(pool: Pool, { user, username }: Claimant, proof: Proof, target: AcrLevel): boolean {
  if ((levelOf([proof]) ?? 0) >= target) return true;
  if (user) return reachingFactors(pool, user, [proof], target).length > 0;
  const { hasApp, hasPhone } = simulateUser(pool.config, username);
  return proof === 'pwd' && (hasApp || (hasPhone && target < 4));
}
