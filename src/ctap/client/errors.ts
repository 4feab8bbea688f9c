export type ClientErrorCode =
  | 'bad-options' // what the relying party asks makes no sense
  | 'rp-id' // the RP ID is not the origin's
  | 'unsupported' // the authenticator lacks what is asked
  | 'full' // no room for another discoverable credential
  | 'already-registered' // one of the excluded credentials is on this authenticator
  | 'no-credentials' // none of the allowed credentials is
  | 'several-credentials' // more than one may be the one that is to be removed
  | 'pin-not-set'
  | 'pin-change-required'
  | 'pin-replug' // no further PIN before the authenticator was without power
  | 'pin-blocked' // no tries left
  | 'uv-blocked' // the built-in verification refuses and there is no PIN to fall back to
  | 'uv-failed' // the finger was not recognised, and there is no PIN to fall back to
  | 'reset-blocked' // the authenticator takes no reset, or not over this cable
  | 'reset-alike' // another authenticator is there that cannot be told from the one to be reset
  | 'reset-not-unplugged'
  | 'reset-not-plugged'
  | 'reset-another-key' // an authenticator was plugged in, and not the one that was unplugged
  | 'reset-unproven' // it says that it was reset, and still has what it had
  | 'pin-length' // a shortest PIN that is shorter than the one there is
  | 'too-much' // more than the authenticator keeps
  | 'unchanged' // it says that it did what was asked, and is as it was
  | 'bad-answer'; // the authenticator's answer is not what was asked for

/** A ceremony or another errand that ends in vain, for a reason other than a failing cable or a status passed on as CtapError. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
