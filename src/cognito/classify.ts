import type { CallKind } from './error-names.js';
import { codeOf } from './error-names.js';
import type { CognitoErrorCode } from './errors.js';
import { CognitoError } from './errors.js';

/** Errors whose words are meant for the person at the screen. */
const WITH_DETAIL = new Set(['weak-password', 'refused-by-trigger']);

/** What the SDK's providers of credentials throw, by name: from the environment, profiles, and single sign-on. */
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

/** Turns whatever the SDK throws into a CognitoError. */
export function classify(error: unknown, kind: CallKind): CognitoError {
  if (error instanceof CognitoError) return error;
  if (!(error instanceof Error)) return new CognitoError('network', { cause: error });
  const status = httpStatus(error);
  // The SDK found no credentials to sign with, or they have run out: nothing was sent. Its words say where it looked.
  if (NO_CREDENTIALS.has(error.name))
    return new CognitoError('credentials-missing', { cause: error, detail: error.message });
  if (isServiceError(error)) {
    const code = codeOf(error.name, kind);
    // A name we do not know under such a status is the service's trouble, as it says itself.
    const known = code === 'unknown' ? (troubleOf(status) ?? code) : code;
    // Administrators are told what the service says: it names the permission or the setting, and holds nobody's secret.
    const detail = kind === 'administration' || WITH_DETAIL.has(known) ? error.message : undefined;
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

/** Whether the service refused a signature for its time, and the SDK has set its clock by the answer: the next try may pass. */
export function isClockCorrected(error: unknown): boolean {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const metadata: unknown = error.$metadata;
  return typeof metadata === 'object' && metadata !== null && 'clockSkewCorrected' in metadata;
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
