import { levelOf } from '../acr.js';
import type { Pool } from '../context.js';
import { ServiceError } from '../errors.js';
import { canUse, insistsOnMfa, methodsOf, poolMethods } from '../mfa/methods.js';
import type { Proof } from '../sessions.js';
import type { MfaMethod, User } from '../state.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';
import { beginMfa } from './begin-mfa.js';

/** What each second factor proves. */
const PROOF: Record<MfaMethod, Proof> = { SMS_MFA: 'sms', SOFTWARE_TOKEN_MFA: 'otp', EMAIL_OTP: 'email_otp' };

/** The challenge of a second factor, where the user or the level to be reached needs one; undefined where not. */
export async function askSecondFactor(pool: Pool, claimant: Claimant, user: User): Promise<AuthAnswer | undefined> {
  const { proofs, target } = claimant;
  if (target !== undefined && (levelOf(proofs) ?? 0) < target) {
    const reaching = reachingFactors(pool, user, proofs, target);
    return askOneOf(pool, claimant, user, reaching);
  }
  if (proofs.length > 1) return undefined;
  const methods = methodsOf(pool, user);
  if (methods.length > 0) return askOneOf(pool, claimant, user, methods);
  return insistsOnMfa(pool) ? askSetup(pool, claimant) : undefined;
}

/** The second factors that bring a user with these proofs to a level. */
export const reachingFactors = (pool: Pool, user: User, proofs: readonly Proof[], target: number): MfaMethod[] =>
  poolMethods(pool).filter((method) => canUse(user, method) && (levelOf([...proofs, PROOF[method]]) ?? 0) >= target);

function askOneOf(pool: Pool, claimant: Claimant, user: User, methods: readonly MfaMethod[]): Promise<AuthAnswer> {
  const [first] = methods;
  const preferred =
    methods.find((method) => method === user.mfa.preferred) ?? (methods.length === 1 ? first : undefined);
  if (!first)
    throw new ServiceError('MFAMethodNotFoundException', 'The user has no MFA method of the requested level.');
  if (preferred) return beginMfa(pool, claimant, user, preferred);
  return Promise.resolve(
    challenge(
      pool,
      claimant,
      { name: 'SELECT_MFA_TYPE', offered: methods },
      { MFAS_CAN_CHOOSE: JSON.stringify(methods), USER_ID_FOR_SRP: user.username },
    ),
  );
}

/** MFA_SETUP: the user must set a second factor up before the sign-in can end. */
function askSetup(pool: Pool, claimant: Claimant): AuthAnswer {
  const step = { name: 'MFA_SETUP', secret: null, verified: false } as const;
  return challenge(pool, claimant, step, {
    MFAS_CAN_SETUP: JSON.stringify(poolMethods(pool)),
    USER_ID_FOR_SRP: claimant.user?.username ?? claimant.username,
  });
}
