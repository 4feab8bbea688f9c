import type { CallKind } from './error-names.js';
import { codeOf } from './error-names.js';
import type { CognitoErrorCode } from './errors.js';
import { CognitoError } from './errors.js';

/** Errors whose words are meant for the person at the screen. */
const WITH_DETAIL = new Set(['weak-password', 'refused-by-trigger']);

/** Turns whatever the SDK throws into a CognitoError. */
export function classify(error: unknown, kind: CallKind): CognitoError {
  if (error instanceof CognitoError) return error;
  if (!(error instanceof Error)) return new CognitoError('network', { cause: error });
  const status = httpStatus(error);
  if (isServiceError(error)) {
    const code = codeOf(error.name, kind);
    // A name we do not know under such a status is the service's trouble, as it says itself.
    const known = code === 'unknown' ? (troubleOf(status) ?? code) : code;
    const detail = WITH_DETAIL.has(known) ? error.message : undefined;
    return new CognitoError(known, { cause: error, service: error.name, detail });
  }
  const trouble = troubleOf(status);
  if (trouble) return new CognitoError(trouble);
  // An answer arrived and could not be read. The reader's message quotes it, so it goes no further.
  if (status !== undefined || error instanceof SyntaxError) return new CognitoError('bad-answer');
  return new CognitoError('network', { cause: error });
}

/** What an HTTP status alone says: a gateway that sheds load may answer without a name. */
function troubleOf(status: number | undefined): CognitoErrorCode | undefined {
  if (status === 429) return 'too-many-requests';
  return status !== undefined && status >= 500 ? 'service-failed' : undefined;
}

/** The SDK marks what the service answered as its own errors with whose fault they are. */
function isServiceError(error: Error): boolean {
  return '$fault' in error;
}

/** The status of the answer that led to the error; undefined when there was none. */
function httpStatus(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  const response: unknown = '$response' in error ? error.$response : undefined;
  return numberAt(metadata, 'httpStatusCode') ?? numberAt(response, 'statusCode');
}

function numberAt(value: unknown, name: string): number | undefined {
  if (typeof value !== 'object' || value === null || !(name in value)) return undefined;
  const member = (value as Record<string, unknown>)[name]; // present, as just seen, of whatever type
  return typeof member === 'number' ? member : undefined;
}
