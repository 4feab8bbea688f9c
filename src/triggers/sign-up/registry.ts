/** A person whom the organisation has on file. Number and address are in the form of details.ts. */
export interface Registration {
  readonly accountNumber: string;
  readonly email: string;
  /** `sub` of the account that the registration is bound to; undefined while it is free. */
  readonly account: string | undefined;
}

/**
 * Who may sign up. Implemented by a DynamoDB table (lambda/registry-table.ts) and by a file (local/registry-file.ts); one
 * suite of tests holds both to this.
 */
export interface Registry {
  /** The registration under a number, as it is now (never a stale copy); undefined when there is none. */
  find(accountNumber: string, signal: AbortSignal): Promise<Registration | undefined>;
  /**
   * Binds the registration to the account, if it is there and free. True when it is bound to that account afterwards, also
   * when it was before: calling again is harmless. Of two accounts at the same time one wins.
   */
  claim(accountNumber: string, account: string, signal: AbortSignal): Promise<boolean>;
}
