import type { Group } from '../state.js';

/** How much a group counts: the lower the precedence, the more; without one, least. */
const rankOf = ({ precedence }: Group): number => precedence ?? Infinity;

/**
 * What tokens say of a user's groups. The ID token has the roles as well, and the role of the group that counts most as
 * the preferred one, unless groups that count the same disagree.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html
 */
export function groupClaims(groups: readonly Group[]): {
  readonly access: Record<string, unknown>;
  readonly id: Record<string, unknown>;
} {
  if (groups.length === 0) return { access: {}, id: {} };
  const ordered = [...groups].sort((a, b) => {
    const [left, right] = [rankOf(a), rankOf(b)];
    return left === right ? 0 : left - right;
  });
  const access = { 'cognito:groups': ordered.map(({ name }) => name) };
  const withRole = ordered.filter(({ roleArn }) => roleArn !== null);
  const [first] = withRole;
  if (!first) return { access, id: access };
  const foremost = new Set(withRole.filter((group) => rankOf(group) === rankOf(first)).map(({ roleArn }) => roleArn));
  return {
    access,
    id: {
      ...access,
      'cognito:roles': [...new Set(withRole.map(({ roleArn }) => roleArn))],
      ...(foremost.size === 1 && { 'cognito:preferred_role': first.roleArn }),
    },
  };
}
