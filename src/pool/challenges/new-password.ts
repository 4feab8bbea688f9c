import type { Pool } from '../context.js';
import { missingParameter, wrongPassword } from '../errors.js';
import { readAttributes, setAttributes } from '../users/attributes.js';
import { checkPasswordPolicy } from '../users/password.js';
import { setPassword } from '../users/set-password.js';
import type { AuthAnswer, Turn } from './answer.js';
import { proven } from './proven.js';

const ATTRIBUTE_PREFIX = 'userAttributes.';

export async function answerNewPassword(pool: Pool, turn: Turn<'NEW_PASSWORD_REQUIRED'>): Promise<AuthAnswer> {
  const { user } = turn.claimant;
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
    await setPassword(pool, user, NEW_PASSWORD);
    setAttributes(user, attributes);
  } catch (error) {
    // Nothing was tried that could be guessed at: the user may correct the new password.
    pool.sessions.giveBack(turn.token, turn.step);
    throw error;
  }
  return proven(pool, turn.claimant, user, 'NEW_PASSWORD_REQUIRED', ['pwd'], 'TokenGeneration_NewPasswordChallenge');
}
