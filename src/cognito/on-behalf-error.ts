import type { FailureMessage } from '../shared/messages.js';

/** Why no session was opened on somebody's behalf, where it is none of what every call to the pool can end with. */
export type OnBehalfErrorCode =
  /** The pool asks for something else than the helpdesk's permission; `detail` has its name for that. */
  | 'other-challenge'
  /** The pool begins no session for this person: the account is disabled. */
  | 'person-refused'
  /** The operator's name has other characters than a permission can hold, or more than 64. */
  | 'operator-unnameable'
  /** Nothing readable was given as a reason. */
  | 'no-reason'
  /** Permission and answer took longer than the challenge lasts. */
  | 'challenge-expired'
  /**
   * The pool does not take the permission: made with another key or for another person, used before, or too late by its
   * clock; or there is no such person.
   */
  | 'answer-refused'
  /** The credentials are good, and may not use the key; `detail` names the permission. */
  | 'mac-not-permitted'
  /** There is no such key, or it is disabled or of another kind; `detail` is what KMS says. */
  | 'mac-key-unusable'
  /** KMS cannot be reached, or has a fault of its own. */
  | 'mac-unreachable';

interface Details {
  readonly cause?: unknown;
  readonly detail?: string | undefined;
}

/** Why no session was opened on somebody's behalf. Holds nothing secret: no answer, no token. */
export class OnBehalfError extends Error {
  override readonly name = 'OnBehalfError';
  readonly code: OnBehalfErrorCode;
  readonly detail: string | undefined;

  constructor(code: OnBehalfErrorCode, { cause, detail }: Details = {}) {
    super(detail === undefined ? code : `${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
  }
}

/** A sentence and a next step for each, for window and command line alike. */
export const ON_BEHALF_MESSAGES: Readonly<Record<OnBehalfErrorCode, FailureMessage>> = {
  'other-challenge': {
    sentence: 'The user pool does not ask for the permission of the helpdesk.',
    next: 'Have the pool’s triggers and the helpdesk’s app client compared with what Keydesk brings for them.',
  },
  'person-refused': {
    sentence: 'The user pool opens no session for this person: the account is disabled.',
    next: 'Enable the account first, and disable it again afterwards if it is to stay so.',
  },
  'operator-unnameable': {
    sentence: 'The name of this operator does not fit into a permission.',
    next: 'Use an account whose name has 1 to 64 letters without accents, digits and signs out of + = , . @ _ -.',
  },
  'no-reason': {
    sentence: 'A session on behalf of somebody needs a reason.',
    next: 'Say in a few words why it is opened: the person reads it.',
  },
  'challenge-expired': {
    sentence: 'It took longer than five minutes, and the permission has ended.',
    next: 'Begin again. Nothing was opened.',
  },
  'answer-refused': {
    sentence: 'The user pool did not accept the permission.',
    next: 'Begin again. If it is refused again, have the helpdesk’s key (KMS) compared with that of the pool’s triggers.',
  },
  'mac-not-permitted': {
    sentence: 'These AWS credentials may not use the helpdesk’s key.',
    next: 'Ask whoever looks after the AWS account for the permission that the details name.',
  },
  'mac-key-unusable': {
    sentence: 'The helpdesk’s key (KMS) cannot be used.',
    next: 'Compare the key in the policy of this station with the one of the pool: the details say what AWS answered.',
  },
  'mac-unreachable': {
    sentence: 'AWS’s key service (KMS) cannot be reached.',
    next: 'Check the network connection of this computer, then try again. Nothing was opened.',
  },
};
