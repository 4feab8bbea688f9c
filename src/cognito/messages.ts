import type { FailureMessage } from '../shared/messages.js';
import type { CognitoErrorCode } from './errors.js';

const ASK_HELPDESK = 'Give the details to your helpdesk: the pool or its app client needs a change.';

/** A sentence and a next step for everything that a call to the user pool can end with, for window and command line alike. */
export const COGNITO_MESSAGES: Readonly<Record<CognitoErrorCode, FailureMessage>> = {
  'not-authorized': {
    sentence: 'The user pool did not accept this sign-in.',
    next: 'Check your name and what you entered, then try again.',
  },
  'user-not-found': {
    sentence: 'The user pool does not know this name.',
    next: 'Check how it is spelled, then try again.',
  },
  'user-not-confirmed': {
    sentence: 'Your account is not confirmed yet.',
    next: 'Enter the code of the message that was on its way when the account was made, or ask for a new one.',
  },
  'password-reset-required': {
    sentence: 'Your password must be reset before you can sign in.',
    next: 'Ask for a code, and choose a new password with it.',
  },
  'wrong-code': {
    sentence: 'That code is wrong.',
    next: 'Enter the newest one: of the last message that came, or as your app shows it now.',
  },
  'expired-code': {
    sentence: 'That code is no longer valid.',
    next: 'Start again to receive a new one.',
  },
  'weak-password': {
    sentence: 'The user pool does not accept this password.',
    next: 'Choose a longer one, with capital and small letters, digits and symbols.',
  },
  'password-used-before': {
    sentence: 'You have used this password before.',
    next: 'Choose one that you have not used yet.',
  },
  'code-not-delivered': {
    sentence: 'The user pool could not send the code.',
    next: 'Try again in a moment, or sign in another way.',
  },
  'alias-exists': {
    sentence: 'Another account already has this address or number.',
    next: 'Ask your helpdesk which account is yours.',
  },
  'mfa-not-set-up': {
    sentence: 'The user pool asks for a second factor that is not set up for your account.',
    next: 'Ask your helpdesk.',
  },
  'username-exists': {
    sentence: 'There is an account with this name already.',
    next: 'Sign in with it if it is yours, or choose another name.',
  },
  'sign-up-closed': {
    sentence: 'Nobody can make an account in this user pool by themselves.',
    next: 'Ask your helpdesk for an account.',
  },
  'confirmation-refused': {
    sentence: 'This account cannot be confirmed now.',
    next: 'It may be confirmed already: try to sign in. Otherwise ask your helpdesk.',
  },
  'reset-refused': {
    sentence: 'The password of this account cannot be reset by a code.',
    next: 'Sign in another way, or ask your helpdesk: the account may have no address that a code can go to.',
  },
  'signed-out': {
    sentence: 'Your session has ended.',
    next: 'Sign in again to go on.',
  },
  'refresh-token-reused': {
    sentence: 'Your session has ended.',
    next: 'Sign in again to go on.',
  },
  'tokens-unverified': {
    sentence: 'Keydesk could not check the answer of the user pool, and does not use it.',
    next: 'Check the network connection of this computer, then try again.',
  },
  'clock-differs': {
    sentence: 'The clock of this computer is wrong, or that of the user pool: the sign-in is over before it began.',
    next: 'Set date and time of this computer, then sign in again.',
  },
  'passkey-not-found': {
    sentence: 'The user pool no longer has this passkey.',
    next: 'Read the list again.',
  },
  'passkey-challenge-ended': {
    sentence: 'The user pool no longer waits for this passkey: it took too long.',
    next: 'Try again, and have your PIN ready.',
  },
  'passkey-client-mismatch': {
    sentence: 'The user pool refused the passkey: it was asked for through another app client.',
    next: 'Sign in again, and try once more.',
  },
  'passkey-not-supported': {
    sentence: 'The user pool does not take passkeys of this kind of security key.',
    next: 'Use another security key.',
  },
  'passkey-origin-refused': {
    sentence: 'The user pool does not take passkeys from Keydesk at this domain.',
    next: 'Give the details to your helpdesk: the passkey domain (RP ID) does not fit the pool.',
  },
  'passkey-relying-party-mismatch': {
    sentence: 'The passkey domain of the user pool is not the one that Keydesk is set to.',
    next: 'Give the details to your helpdesk: the passkey domain (RP ID) does not fit the pool.',
  },
  'passkeys-off': {
    sentence: 'This user pool does not offer passkeys.',
    next: 'Ask your helpdesk to turn them on for the pool.',
  },
  'passkeys-without-domain': {
    sentence: 'This user pool has no domain for passkeys yet.',
    next: 'Ask your helpdesk to set the passkey domain (RP ID) of the pool.',
  },
  'limit-reached': {
    sentence: 'The user pool takes no more of this: a limit is reached.',
    next: 'An account has at most 20 passkeys: delete one that you no longer need. Otherwise wait a while, then try again.',
  },
  'too-many-requests': {
    sentence: 'The user pool has too much to do at the moment.',
    next: 'Wait a minute, then try again. Nothing is lost.',
  },
  'too-many-attempts': {
    sentence: 'There were too many tries.',
    next: 'Wait a few minutes, then try again.',
  },
  'changed-meanwhile': {
    sentence: 'Your account was being changed at the same moment.',
    next: 'Try again. Nothing is lost.',
  },
  'pool-not-found': {
    sentence: 'This user pool, or its app client, does not exist.',
    next: 'Compare the user pool ID and the app client ID with what your helpdesk gave you.',
  },
  'pool-misconfigured': { sentence: 'The user pool is not set up for this.', next: ASK_HELPDESK },
  'operation-refused': { sentence: 'The user pool does not allow this.', next: ASK_HELPDESK },
  'refused-by-trigger': { sentence: 'Your organisation refused this sign-in.', next: 'Ask your helpdesk.' },
  'trigger-failed': { sentence: 'A check of your organisation failed.', next: 'Try again, or ask your helpdesk.' },
  'invalid-request': { sentence: 'The user pool did not understand the request.', next: ASK_HELPDESK },
  'service-failed': {
    sentence: 'The user pool has a fault of its own at the moment.',
    next: 'Try again in a moment. Nothing is lost.',
  },
  'credentials-missing': {
    sentence: 'There are no AWS credentials to ask with.',
    next: 'Sign in to AWS on this computer (`aws sso login`), or name a profile that has credentials.',
  },
  'credentials-refused': {
    sentence: 'AWS does not accept the credentials of this computer.',
    next: 'Sign in to AWS again, or use another profile. If they are right, look at the date and time of this computer.',
  },
  'not-permitted': {
    sentence: 'These AWS credentials may not do this to the user pool.',
    next: 'Ask whoever looks after the AWS account for the permission that the details name.',
  },
  network: {
    sentence: 'The user pool cannot be reached.',
    next: 'Check the network connection of this computer, then try again. Nothing is lost.',
  },
  timeout: {
    sentence: 'The user pool takes too long to answer.',
    next: 'Try again in a moment. Nothing is lost.',
  },
  aborted: { sentence: 'Cancelled.', next: 'Start again whenever you like.' },
  'bad-answer': {
    sentence: 'The user pool answered in a way that Keydesk does not understand.',
    next: 'Try again. If it happens again, something between this computer and the pool may be changing its answers: ask your helpdesk.',
  },
  unknown: {
    sentence: 'The user pool refused.',
    next: 'Try again. If it happens again, give the details to your helpdesk.',
  },
};

/** Codes whose detail is written for the person: the rule that a password breaks, what the organisation says. */
export const SPEAKS_TO_THE_PERSON: ReadonlySet<CognitoErrorCode> = new Set(['weak-password', 'refused-by-trigger']);
