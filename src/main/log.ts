import { FailureError } from '../failures/failure-error.js';
import { toFailure } from '../failures/ctap-failure.js';

/** One line on standard error for what nobody is there to be told. Codes and details only: no values, no secrets. */
export function log(error: unknown): void {
  const { code, detail } = error instanceof FailureError ? error.failure : toFailure(error);
  process.stderr.write(`keydesk: ${code}${detail === undefined ? '' : ` (${detail})`}\n`);
}
