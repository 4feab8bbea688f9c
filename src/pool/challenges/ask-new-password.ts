import type { Pool } from '../context.js';
import type { User } from '../state.js';
import type { AuthAnswer, Claimant } from './answer.js';
import { challenge } from './answer.js';

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
