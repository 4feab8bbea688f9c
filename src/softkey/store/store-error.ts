export type StoreErrorCode =
  | 'store/unreadable' // the system does not let us read it
  | 'store/unwritable' // the system does not let us write it; what was kept before is still there
  | 'store/damaged'; // not a state that we wrote; the file is left as it is

/** The file in which a software key keeps its state cannot be used. The message names it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly path: string;

  constructor(code: StoreErrorCode, path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.code = code;
    this.path = path;
  }
}
