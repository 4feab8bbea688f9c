import type { AuditResult } from '../audit/actions.js';
import type { CallOptions } from '../cognito/call.js';
import { CognitoError } from '../cognito/errors.js';
import { toFailure } from '../failures/ctap-failure.js';
import { FailureError } from '../failures/failure-error.js';
import { confirm, type Operator, type OperatorDesk, type OperatorKey } from './operator.js';

/**
 * `confirm`, for a change that begins now, with what came of it put on record: also a touch that was refused, after which
 * nothing is changed. Rejects as `confirm`, and as `note`.
 * @param note writes how the confirmation ended to the audit log, as `operator.confirm`
 */
export async function confirmOnRecord(
  desk: OperatorDesk & { readonly now: () => number },
  operator: Operator,
  { key, signal }: CallOptions & { readonly key: OperatorKey },
  note: (result: AuditResult) => Promise<unknown>,
): Promise<void> {
  try {
    await confirm(desk, operator, desk.now(), key, { signal });
  } catch (error) {
    await note(isRefusal(error) ? 'refused' : 'failed');
    throw error;
  }
  await note('done');
}

/** A no: of whoever was to touch, of the pool, or by what it says of them. A pool that was not reached has not said no. */
function isRefusal(error: unknown): boolean {
  if (error instanceof CognitoError) return !error.retryable;
  return error instanceof FailureError || toFailure(error).code === 'cancelled';
}
