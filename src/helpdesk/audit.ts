/** A person as the audit log names them: the name may change, the `sub` does not. */
export interface AuditedPerson {
  readonly sub: string;
  readonly username: string;
}

/** What the helpdesk does that is put on record. The names are those of the audit log. */
export type HelpdeskAction =
  | 'operator.sign-in'
  | 'operator.confirm'
  | 'operator.sign-out'
  | 'person.find'
  | 'person.sign-out'
  | 'person.disable'
  | 'person.enable'
  | 'session.code'
  | 'session.request'
  | 'session.approve'
  | 'session.open'
  | 'session.close'
  | 'passkey.list'
  | 'passkey.delete'
  | 'passkey.enrol'
  | 'key.reset'
  | 'key.prepare'
  | 'case.begin'
  | 'case.resume'
  | 'case.end'
  | 'receipt.made';

/** `begun` comes before anything is changed, the others after. `detail`: plain words, never a secret. */
export interface HelpdeskEvent {
  readonly action: HelpdeskAction;
  readonly result: 'begun' | 'done' | 'failed' | 'refused';
  readonly caseId?: string;
  readonly operator?: AuditedPerson;
  readonly person?: AuditedPerson;
  readonly approver?: AuditedPerson;
  readonly detail?: string;
}

/** Where it is put on record: the station's audit log. */
export interface Audit {
  /**
   * Resolves once the event is on the disk, with its place in the log where that is known. Rejects where it cannot be
   * written: then nothing is done.
   */
  append(event: HelpdeskEvent): Promise<unknown>;
}
