import { CognitoError } from '../../src/cognito/errors.js';

/** The CognitoError that a call ends with; anything else that it throws goes on. */
export async function failure(call: Promise<unknown>): Promise<CognitoError> {
  const error: unknown = await call.then(
    () => new Error('It succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CognitoError)) throw error;
  return error;
}
