import { CognitoError, type CognitoErrorCode } from '../cognito/errors.js';
import { COGNITO_MESSAGES } from '../cognito/messages.js';
import { ON_BEHALF_MESSAGES, OnBehalfError, type OnBehalfErrorCode } from '../cognito/on-behalf-error.js';
import { toFailure } from '../failures/ctap-failure.js';
import { FAILURE_MESSAGES, type FailureMessage } from '../shared/messages.js';
import type { ErrorCode } from '../shared/result.js';

/** Why something was not done, as plain data for window, journal and receipt. */
export interface Explanation extends FailureMessage {
  readonly code: ErrorCode | `pool/${CognitoErrorCode}` | `on-behalf/${OnBehalfErrorCode}`;
  readonly detail?: string | undefined;
}

/** Whatever was thrown, in words: those of the pool, or those of everything else. */
export function explain(error: unknown): Explanation {
  if (error instanceof CognitoError) {
    const { code, message, detail } = error;
    if (code === 'aborted') return { code: 'cancelled', ...FAILURE_MESSAGES.cancelled };
    const words = COGNITO_MESSAGES[code];
    return { code: `pool/${code}`, ...words, detail: detail === undefined ? message : `${message}: ${detail}` };
  }
  if (error instanceof OnBehalfError) {
    const { code, detail } = error;
    return { code: `on-behalf/${code}`, ...ON_BEHALF_MESSAGES[code], detail };
  }
  const { code, detail } = toFailure(error);
  return { code, ...FAILURE_MESSAGES[code], detail };
}
