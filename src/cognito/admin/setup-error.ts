/** Why a pool was not changed, or not as planned. */
export type SetupErrorCode =
  /** The pool, or what is wanted of it, is not what the plan was made from. */
  | 'changed'
  /** A change needs a yes of its own; `detail` names it. */
  | 'consent-needed'
  /** The service returned members that this version does not know: an update would set them back. `detail` names them. */
  | 'unread-members'
  /** The part that a change is for could not be read. */
  | 'not-seen';

/** Why a pool was not set up, or no further: what was written before that stays written. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: SetupErrorCode;
  readonly detail: string | undefined;

  constructor(code: SetupErrorCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`);
    this.code = code;
    this.detail = detail;
  }
}
