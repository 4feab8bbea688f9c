/** Everything that a call to the user pool can end with, besides success. */
export type CognitoErrorCode =
  // Signing in
  /** Wrong password, key or name, or a session that ended or was used: they share a name. Start the sign-in again. */
  | 'not-authorized'
  | 'user-not-found'
  | 'user-not-confirmed'
  | 'password-reset-required'
  /** The same session may be answered again, a few times. */
  | 'wrong-code'
  | 'expired-code'
  /** The same session may be answered again. `detail` says which rule. */
  | 'weak-password'
  | 'password-used-before'
  | 'code-not-delivered'
  | 'alias-exists'
  | 'mfa-not-set-up'
  // Making an account, and getting back into one
  | 'username-exists'
  | 'sign-up-closed'
  | 'confirmation-refused'
  | 'reset-refused'
  // Signed in
  /** The access or refresh token is expired, revoked or not the pool's: sign in again. */
  | 'signed-out'
  | 'refresh-token-reused'
  // Tokens
  /** The pool's public keys cannot be read, so nobody can say whether the tokens are its own. */
  | 'tokens-unverified'
  /** The tokens are over by the clock of this machine, although they have just been issued. */
  | 'clock-differs'
  // Passkeys
  | 'passkey-not-found'
  | 'passkey-challenge-ended'
  | 'passkey-client-mismatch'
  | 'passkey-not-supported'
  | 'passkey-origin-refused'
  | 'passkey-relying-party-mismatch'
  | 'passkeys-off'
  | 'passkeys-without-domain'
  // The pool and its limits
  | 'limit-reached'
  | 'too-many-requests'
  | 'too-many-attempts'
  | 'changed-meanwhile'
  | 'pool-not-found'
  | 'pool-misconfigured'
  | 'operation-refused'
  /** One of the pool's own Lambda functions said no; `detail` is what it said. */
  | 'refused-by-trigger'
  | 'trigger-failed'
  | 'invalid-request'
  | 'service-failed'
  // An administrator's signature
  /** The SDK found no AWS credentials to sign with; `detail` says where it looked, or that they have run out. */
  | 'credentials-missing'
  /** AWS does not know the credentials, or they have run out. */
  | 'credentials-refused'
  /** They are good, and may not do this; `detail` names the permission. */
  | 'not-permitted'
  // The way there
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'bad-answer'
  /** A name of an error that is newer than this program; `service` has it. */
  | 'unknown';

interface Details {
  cause?: unknown;
  service?: string | undefined;
  detail?: string | undefined;
}

const RETRYABLE: ReadonlySet<CognitoErrorCode> = new Set([
  'network',
  'timeout',
  'too-many-requests',
  'changed-meanwhile',
  'service-failed',
  'tokens-unverified',
]);

/** Why a call to the user pool failed. The message holds nothing that was sent or received. */
export class CognitoError extends Error {
  override readonly name = 'CognitoError';
  readonly code: CognitoErrorCode;
  /** The service's own name of the error, where it is one. */
  readonly service: string | undefined;
  /** The service's words, where they are meant for the person: the password rule, the trigger's refusal. */
  readonly detail: string | undefined;

  constructor(code: CognitoErrorCode, { cause, service, detail }: Details = {}) {
    super(service === undefined ? code : `${code} (${service})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.service = service;
    this.detail = detail;
  }

  /** Whether the same call may succeed later without anybody doing anything. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** An answer that breaks the service's own rules; `what` names the member, never its value. */
export const badAnswer = (what: string): CognitoError => new CognitoError('bad-answer', { detail: what });
