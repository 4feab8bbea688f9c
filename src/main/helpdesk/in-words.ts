import { toFailure } from '../../failures/ctap-failure.js';
import { FailureError } from '../../failures/failure-error.js';
import type { ErrorCode, Failure } from '../../shared/result.js';
import { ERROR_CODES } from '../../shared/result.js';

/**
 * Says what was thrown in words where the window has none for it: those of the pool, whose errors happen in main here. What a key
 * or Keydesk itself says keeps its code, for which the window has a sentence.
 */
export async function inWords(error: unknown): Promise<FailureError> {
  // Loaded by then, as only the helpdesk's engine throws what is not a failure of keys.
  const { explain } = await import('../../helpdesk/explain.js');
  const { code, sentence, next, detail } = explain(error);
  const known = toFailure(error);
  if (code === known.code) return new FailureError(known, { cause: error });
  if (isErrorCode(code)) return new FailureError({ code }, { cause: error });
  const words = { sentence, next };
  const failure: Failure = { code: 'helpdesk/pool', detail: detail === undefined ? code : `${code}: ${detail}`, words };
  return new FailureError(failure, { cause: error });
}

function isErrorCode(code: string): code is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(code);
}
