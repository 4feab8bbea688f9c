import { CognitoError, type CognitoErrorCode } from '../cognito/errors.js';
import { COGNITO_MESSAGES, SPEAKS_TO_THE_PERSON } from '../cognito/messages.js';
import { FAILURE_MESSAGES, type FailureMessage, triesLeft } from '../shared/messages.js';
import type { ErrorCode, Failure } from '../shared/result.js';

/** A failure as it is shown. */
export interface Problem extends FailureMessage {
  /** For the helpdesk, behind a disclosure. Never a secret. */
  readonly detail: string;
}

/** Where the window can name its own buttons and screens, it says more than the sentences shared with the command line. */
const failures: Readonly<Record<ErrorCode, FailureMessage>> = {
  ...FAILURE_MESSAGES,
  'key/not-permitted': {
    ...FAILURE_MESSAGES['key/not-permitted'],
    next: 'On Linux a udev rule allows it: look under Keys. Elsewhere, ask your helpdesk.',
  },
  'pin/not-set': { ...FAILURE_MESSAGES['pin/not-set'], next: 'Set one under Keys, then try again.' },
  'pin/change-required': { ...FAILURE_MESSAGES['pin/change-required'], next: 'Change it under Keys, then try again.' },
  'rp/not-allowed': {
    sentence: 'The user pool asked for a passkey of a domain that Keydesk is not connected to.',
    next: 'Check the passkey domain (RP ID) in the settings with your helpdesk.',
  },
};

/** The same for what the user pool says. */
const poolErrors: Readonly<Record<CognitoErrorCode, FailureMessage>> = {
  ...COGNITO_MESSAGES,
  'expired-code': { ...COGNITO_MESSAGES['expired-code'], next: 'Ask for a new one.' },
  'passkey-not-found': { ...COGNITO_MESSAGES['passkey-not-found'], next: 'Reload the list.' },
  'passkey-client-mismatch': {
    ...COGNITO_MESSAGES['passkey-client-mismatch'],
    next: 'Sign out, sign in again, and try once more.',
  },
  aborted: { ...COGNITO_MESSAGES.aborted, next: 'Nothing was changed.' },
};

/** The sentence, next step and helpdesk detail of a failure reported by main. */
export function explain(failure: Failure): Problem {
  const { sentence, next } = failure.words ?? failures[failure.code];
  const tries = failure.retries === undefined ? '' : ` ${triesLeft(failure.retries)}`;
  return {
    sentence: sentence + tries,
    next,
    detail: failure.detail === undefined ? failure.code : `${failure.code}: ${failure.detail}`,
  };
}

/**
 * The same while signing in. A pool that hides who has an account asks for passkeys that nobody has, so a key without
 * one says nothing about the account.
 */
export function explainSignIn(failure: Failure): Problem {
  if (failure.code !== 'key/no-passkey') return explain(failure);
  return {
    sentence: 'This key has no passkey for that account here.',
    next: 'Try another security key, check the spelling of your name, or sign in another way.',
    detail: explain(failure).detail,
  };
}

/** A reset that came to nothing and can be begun again at once. */
export function explainMissed(code: ErrorCode): FailureMessage {
  switch (code) {
    case 'key/reset-window':
      return {
        sentence: 'That took too long',
        next: 'The key takes a reset only within seconds of being plugged in, and they were over. Close other programs that use the key, then begin again.',
      };
    case 'key/not-touched':
      return {
        sentence: 'The key was not touched in time',
        next: 'Begin again, and touch the key as soon as it blinks.',
      };
    case 'reset/blocked':
      return {
        sentence: 'The key refused the reset',
        next: 'If it was declined on the key by mistake, begin again. If it refuses once more, its maker or its owner has blocked it: use the tool of its maker, or ask your helpdesk.',
      };
    default:
      return failures[code];
  }
}

/** The same for what the user pool said, or failed to say. */
export function explainPool(error: unknown): Problem {
  if (!(error instanceof CognitoError)) return { ...failures.internal, detail: String(error) };
  const { sentence, next } = poolErrors[error.code];
  const { detail, message } = error;
  if (detail !== undefined && SPEAKS_TO_THE_PERSON.has(error.code)) return { sentence, next: detail, detail: message };
  return { sentence, next, detail: detail === undefined ? message : `${message}: ${detail}` };
}

/** Signed out in this window, and the pool could not be told. */
export function signOutUntold(error: CognitoError): Problem {
  return {
    sentence: 'You are signed out here, but the user pool could not be told.',
    next: 'Nobody can go on from this window: it has forgotten your session, which ends at the pool by itself.',
    detail: error.message,
  };
}

/** A passkey that is to be taken off a key and is not on it. */
export function explainRemoval(failure: Failure): Problem {
  if (failure.code !== 'key/no-passkey') return explain(failure);
  return {
    sentence: 'This passkey is not on the key that is plugged in.',
    next: 'Try the other keys that it may be on. If this is the key, nothing is left to remove.',
    detail: explain(failure).detail,
  };
}

/** The same while somebody taps in at a kiosk, who can do nothing there but try again or ask. */
export function explainTapIn(error: unknown): Problem {
  const problem = explainPool(error);
  const code = error instanceof CognitoError ? error.code : undefined;
  switch (code) {
    case 'not-authorized':
      return {
        ...problem,
        sentence: 'The user pool did not let you in.',
        next: 'Try again. If it does not, your account may be disabled, or this key no longer yours: ask your helpdesk.',
      };
    case 'user-not-found':
      return {
        ...problem,
        sentence: 'The user pool does not know the account of this key.',
        next: 'It may have been deleted or renamed: ask your helpdesk.',
      };
    case 'user-not-confirmed':
    case 'password-reset-required':
      return { ...problem, next: 'That is done at your own computer. Or ask your helpdesk.' };
    default:
      return problem;
  }
}

/** The same for what a key says. */
export function explainKeyAtKiosk(failure: Failure): Problem {
  const problem = explain(failure);
  switch (failure.code) {
    case 'key/no-passkey':
      return noPasskeyAtKiosk(problem.detail);
    case 'pin/not-set':
    case 'pin/change-required':
    case 'kiosk/not-allowed':
      return {
        ...problem,
        sentence: 'The PIN of this security key must be set, or changed, before it is used.',
        next: 'Do that at your own computer, or ask your helpdesk.',
      };
    default:
      return problem;
  }
}

/** Key and pool do not have a passkey in common. */
export function noPasskeyAtKiosk(detail: string): Problem {
  return {
    sentence: 'This security key has no passkey that the user pool knows.',
    next: 'Try another security key of yours, or ask your helpdesk: the passkey may have been deleted.',
    detail,
  };
}

/** The pool has let in somebody else than the key has said. */
export function someoneElse(): Problem {
  return {
    sentence: 'The user pool answered for another account than the one on this key. Nobody was signed in.',
    next: 'Give the details to your helpdesk.',
    detail: 'the subject of the tokens is not the user handle of the passkey',
  };
}

/** A kiosk without a policy that it can work by. */
export function lockedKiosk(reason: string, line: number | undefined): Problem {
  return {
    sentence: 'The policy of this station is missing, or cannot be used, so nobody can sign in here.',
    next: 'Nothing is wrong with your key. Tell whoever looks after this station, with the details.',
    detail: line === undefined ? reason : `line ${line}: ${reason}`,
  };
}

/** Whose passkeys another identity provider keeps. */
export function federatedAtKiosk(): Problem {
  return {
    sentence: 'Your account belongs to another identity provider, which keeps your passkeys.',
    next: 'This kiosk cannot sign you in. Sign in there, at your own computer.',
    detail: 'federated',
  };
}

/** A sign-in whose session the pool has ended, or spent; `next`: what is done about it. */
export function signInOver(error: unknown, next: string): Problem {
  return {
    sentence: 'That took longer than the user pool waits, or was answered already.',
    next,
    detail: explainPool(error).detail,
  };
}

/** An account that turns out to be unconfirmed. */
export function notConfirmed(error: unknown): Problem {
  return {
    ...explainPool(error),
    next: 'Enter the code that came when the account was made, or ask for a new one below.',
  };
}
