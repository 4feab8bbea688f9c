import type { User } from '../state.js';

/** A user's attributes as triggers see them: with `sub` and the state of the account. */
export function userAttributesOf(user: User | undefined): Record<string, string> {
  if (!user) return {};
  return { sub: user.sub, 'cognito:user_status': user.status, ...user.attributes };
}
