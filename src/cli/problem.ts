import { CognitoError, type CognitoErrorCode } from '../cognito/errors.js';
import { ON_BEHALF_MESSAGES, OnBehalfError, type OnBehalfErrorCode } from '../cognito/on-behalf-error.js';
import { COGNITO_MESSAGES, SPEAKS_TO_THE_PERSON } from '../cognito/messages.js';
import { toFailure } from '../failures/ctap-failure.js';
import { triesLeft } from '../shared/messages.js';
import type { ErrorCode, Failure } from '../shared/result.js';
import { messageOf } from './messages.js';

/**
 * What failed, as the person and the script that called us see it. `usage`: the call itself was wrong, nothing was tried;
 * `pool/…`: what the user pool said, or that it could not be asked; `on-behalf/…`: why no session was opened for somebody; `pool-setup/…`: why a pool is not set up as planned.
 */
export type ProblemCode =
  | ErrorCode
  | 'usage'
  | `pool/${CognitoErrorCode}`
  | `on-behalf/${OnBehalfErrorCode}`
  | 'pool/unsupported-challenge'
  | 'pool-setup/changed'
  | 'pool-setup/unknown-settings'
  | 'pool-setup/not-seen';

/** A failure that the command line words itself, because it knows more than the code says. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly next: string;
  readonly retries: number | undefined;
  readonly detail: string | undefined;

  constructor(
    code: ProblemCode,
    sentence: string,
    next: string,
    more: { retries?: number | undefined; detail?: string | undefined } = {},
  ) {
    super(sentence);
    this.code = code;
    this.next = next;
    this.retries = more.retries;
    this.detail = more.detail;
  }
}

/** The call cannot be carried out as it was typed. */
export function usage(sentence: string, next: string): Problem {
  return new Problem('usage', sentence, next);
}

/** A failure of the common table, in its words. */
export function problemOf({ code, retries, detail }: Failure): Problem {
  const { sentence, next } = messageOf(code);
  const tries = retries === undefined ? '' : ` ${triesLeft(retries)}`;
  return new Problem(code, sentence + tries, next, { retries, detail });
}

/** Whatever was thrown, as a problem. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OnBehalfError) {
    const { sentence, next } = ON_BEHALF_MESSAGES[error.code];
    return new Problem(`on-behalf/${error.code}`, sentence, next, { detail: error.detail });
  }
  return error instanceof CognitoError ? poolProblem(error) : problemOf(toFailure(error));
}

function poolProblem({ code, message, detail }: CognitoError): Problem {
  const { sentence, next } = COGNITO_MESSAGES[code];
  if (code === 'aborted') return problemOf({ code: 'cancelled' });
  if (detail !== undefined && SPEAKS_TO_THE_PERSON.has(code))
    return new Problem(`pool/${code}`, sentence, detail, { detail: message });
  return new Problem(`pool/${code}`, sentence, next, {
    detail: detail === undefined ? message : `${message}: ${detail}`,
  });
}
