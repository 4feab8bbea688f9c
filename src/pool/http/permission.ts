import { ACCOUNT_ID } from '../account-id.js';
import type { AdminKey } from '../config.js';
import { ServiceError } from '../errors.js';

/**
 * Throws AccessDeniedException unless the policy of the key allows the action, in the words of the service: programs look for
 * the action in them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * @param resource ARN of what the action is on
 */
export function checkPermitted({ user, actions }: AdminKey, action: string, resource: string): void {
  if (actions === undefined || actions.includes(action)) return;
  const who = `arn:aws:iam::${ACCOUNT_ID}:${user === undefined ? 'root' : `user/${user}`}`;
  throw new ServiceError(
    'AccessDeniedException',
    `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
  );
}
