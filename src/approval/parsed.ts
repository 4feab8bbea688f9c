import type { z } from 'zod';

import { FailureError } from '../failures/failure-error.js';
import { findUnshowable, UNSHOWABLE } from './plain-text.js';

/**
 * `value`, checked. The detail of a refusal names the place, and repeats nothing of the value that could not be shown.
 * @throws FailureError `approval/unshowable` where a text cannot be shown exactly as it is, else `approval/malformed`
 */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) {
    if (isWhole(value, result.data)) return result.data;
    throw new FailureError({ code: 'approval/malformed', detail: 'a member called __proto__' });
  }
  const [issue] = result.error.issues;
  const isUnshowable = issue?.code === 'custom' && issue.params?.['unshowable'] === UNSHOWABLE.unshowable;
  throw new FailureError(
    { code: isUnshowable ? 'approval/unshowable' : 'approval/malformed', detail: detailOf(issue) },
    { cause: result.error },
  );
}

function detailOf(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'invalid';
  const path = issue.path.map(String).join('.');
  const place = path === '' ? 'at the top' : findUnshowable(path) ? 'a member with a name that cannot be shown' : path;
  // The library's own sentence would repeat the name.
  return issue.code === 'unrecognized_keys' ? `${place}, a member too many` : `${place}, ${issue.message}`;
}

/** Whether everything in `value` came through: zod leaves out a member called `__proto__` where it refuses all others. */
function isWhole(value: unknown, through: unknown): boolean {
  if (typeof through !== 'object' || through === null || typeof value !== 'object' || value === null) return true;
  const members = Object.entries(through);
  if (Object.keys(value).length !== members.length) return false;
  return members.every(([name, member]) => isWhole(Reflect.get(value, name), member));
}
