/**
 * Why a trigger says no, and all that the caller is told: Cognito hands the sentence on ("PreSignUp failed with error …").
 * Codes that share a sentence do so on purpose, so that the sentence is no oracle; the code goes to the log.
 */
const SENTENCES = {
  'malformed-event': 'this request cannot be served',
  'unknown-client': 'this app may not do this',
  'unconfirmed-account': 'confirm the sign-up with the code from the e-mail first',
  'passkey-required': 'this account has a passkey, so its password is not taken here: sign in with the passkey',
  'password-beside-passkey':
    'this account has a password beside its passkey, and this pool takes passkeys only: ask the helpdesk',
  'no-refresh': 'this session cannot be prolonged',
  'not-registered': 'these details are not accepted: check account number and e-mail address, or ask your organisation',
  'registration-taken':
    'these details are not accepted: check account number and e-mail address, or ask your organisation',
  'email-not-proved':
    'these details are not accepted: check account number and e-mail address, or ask your organisation',
  'password-at-sign-up': 'sign-up is without a password here: ask your organisation to open the account again',
  'unsettled-sign-up': 'this sign-up is not completed: try again in a moment, or ask your organisation',
  // These two are told only to who has a right MAC: the helpdesk.
  'no-reason': 'a session on behalf of somebody needs a reason that can be read',
  'nobody-to-tell': 'this account has no proved e-mail address to which notice could be sent: set one first',
  'federated-account': 'accounts of other identity providers are not taken here',
  unavailable: 'this cannot be decided now: try again in a moment',
} as const;

export type RefusalCode = keyof typeof SENTENCES;

/** A trigger's no. The message is for whoever called Cognito and says no more than they may know; `cause` stays in the log. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(SENTENCES[code], options);
    this.code = code;
  }
}
