import type { Pool } from '../context.js';
import { missingParameter, wrongPassword } from '../errors.js';
import type { User } from '../state.js';
import { readAttributes, setAttributes } from '../users/attributes.js';
import { checkPasswordPolicy, hashPassword } from '../users/password.js';
import type { AuthAnswer, Claimant, Turn } from './answer.js';
import { challenge, signedIn } from './answer.js';

const ATTRIBUTE_PREFIX = 'userAttributes.';

/** NEW_PASSWORD_REQUIRED: what a temporary password leads to. */
export function askNewPassword(pool: Pool, claimant: Claimant, user: User): AuthAnswer {
  return challenge(
    pool,
    claimant,
    { name: 'NEW_PASSWORD_REQUIRED' },
    {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: '[]',
      userAttributes: JSON.stringify(user.attributes),
    },
  );
}

export async function answerNewPassword(pool: Pool, turn: Turn<'NEW_PASSWORD_REQUIRED'>): Promise<AuthAnswer> {
  const { user, clientId } = turn.claimant;
  const { NEW_PASSWORD } = turn.responses;
  if (!user) throw wrongPassword(); // deleted since the challenge was asked
  try {
    if (NEW_PASSWORD === undefined) throw missingParameter('NEW_PASSWORD');
    checkPasswordPolicy(pool, NEW_PASSWORD);
    const attributes = readAttributes(
      Object.entries(turn.responses)
        .filter(([name]) => name.startsWith(ATTRIBUTE_PREFIX))
        .map(([name, Value]) => ({ Name: name.slice(ATTRIBUTE_PREFIX.length), Value })),
      'client',
    );
    const password = await hashPassword(NEW_PASSWORD);
    setAttributes(user, attributes);
    Object.assign(user, { password, temporaryUntil: null, status: 'CONFIRMED', modifiedAt: pool.now() });
    pool.store.touch(user);
  } catch (error) {
    // Nothing was tried that could be guessed at: the user may correct the new password.
    pool.sessions.giveBack(turn.token, turn.step);
    throw error;
  }
  return signedIn(pool, user, clientId);
}
