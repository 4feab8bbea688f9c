/** What the audit log has a name for, in the order of the work. A new action starts here; the log takes no other. */
export type AuditAction =
  // The operator
  | 'operator.sign-in'
  | 'operator.confirm' // a fresh touch for one change
  | 'operator.sign-out'
  // The person who is helped
  | 'person.find'
  | 'person.sign-out' // everywhere
  | 'person.disable'
  | 'person.enable'
  // A session for the person
  | 'session.code' // the person is here: a code by e-mail was asked for
  | 'session.request' // on behalf: with a reason, to a second operator
  | 'session.approve'
  | 'session.open'
  | 'session.close'
  // Passkeys
  | 'passkey.list'
  | 'passkey.delete'
  | 'passkey.enrol'
  // The key itself
  | 'key.reset'
  | 'key.prepare' // PIN with forced change, its minimum length, user verification always
  // The whole case
  | 'case.begin'
  | 'case.resume'
  | 'case.end'
  | 'receipt.made'
  // Kiosk
  | 'kiosk.tap-in'
  | 'kiosk.tap-out'
  | 'kiosk.approval'
  // The log about itself
  | 'log.head-behind' // a program was ended after it wrote a line and before it noted that
  | 'log.torn-line'; // a program was ended in the middle of a line, which was set aside

/** How far it has come. `begun` is written before anything is changed, the others after. */
export const AUDIT_RESULTS = ['begun', 'done', 'failed', 'refused'] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];
