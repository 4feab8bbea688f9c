import type { Failure } from '../shared/result.js';

/** A failure that one of the programs itself finds, with the code that window and command line are to see. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.detail ? `${failure.code}: ${failure.detail}` : failure.code, options);
    this.failure = failure;
  }
}
