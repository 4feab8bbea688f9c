import { z } from 'zod';

/** What the helpdesk shows and says, as plain data: no token is in any of it. The engine makes it, window and command line show it. */

/** Somebody of the pool: the name may change, the `sub` does not. */
const Person = z.strictObject({ sub: z.string(), username: z.string() });

/** Somebody as the pool tells an administrator. */
export const PoolUser = z.strictObject({
  /** Never changes, and is never given to anybody else. */
  sub: z.string(),
  username: z.string(),
  email: z.string().optional(),
  /** Whether the address is proved to be theirs: only then do codes go there. */
  isEmailVerified: z.boolean(),
  name: z.string().optional(),
  /** UserStatus, such as CONFIRMED or EXTERNAL_PROVIDER. */
  status: z.string(),
  enabled: z.boolean(),
  /** Signs in with another identity provider, which keeps their passkeys. */
  isFederated: z.boolean(),
});
export type PoolUser = Readonly<z.infer<typeof PoolUser>>;

export const PeoplePage = z.strictObject({
  people: z.array(PoolUser).readonly(),
  /** For the page after it; absent on the last. */
  next: z.string().optional(),
});
export type PeoplePage = Readonly<z.infer<typeof PeoplePage>>;

/** A passkey that was enrolled for somebody at this station. */
const EnrolledKey = z.strictObject({
  credentialId: z.string(),
  nickname: z.string(),
  keyProduct: z.string(),
  keySerial: z.string().optional(),
  /** ISO 8601. */
  createdAt: z.string(),
});

/** One person, as far as the helpdesk may know without asking what may be charged for. */
export const PersonDetails = z.strictObject({
  ...PoolUser.shape,
  groups: z.array(z.string()).readonly(),
  /** Keys that were enrolled for them at this station. */
  keys: z.array(EnrolledKey).readonly(),
});
export type PersonDetails = Readonly<z.infer<typeof PersonDetails>>;

/** What is done in a case, in the order of the runbook. */
export const CASE_STEPS = [
  'sign-out', // everywhere
  'disable',
  'enable',
  'request', // of a session on behalf of the person
  'session',
  'delete', // passkeys of the lost key
  'enrol',
  'close', // the session
  'take-over', // what somebody else has changed of the person
  'end',
] as const;
export const CaseStep = z.enum(CASE_STEPS);
export type CaseStep = z.infer<typeof CaseStep>;

/** How a session for a person comes to be: with a code that they read out, or on their behalf. */
export const SessionWay = z.enum(['here', 'on-behalf']);
export type SessionWay = z.infer<typeof SessionWay>;

/** What a new passkey is for: the key that was lost, or the next one that may be. */
export const PasskeyUse = z.enum(['replacement', 'backup']);
export type PasskeyUse = z.infer<typeof PasskeyUse>;

/** How a step of the runbook stands. */
const StepView = z.strictObject({
  step: CaseStep,
  /** `unknown`: a program was ended in the middle of it. */
  state: z.enum(['todo', 'done', 'failed', 'refused', 'unknown']),
  /** ISO 8601; of what was done last. */
  at: z.string().optional(),
  note: z.string().optional(),
});
export type StepView = Readonly<z.infer<typeof StepView>>;

/** A session on behalf of somebody, asked for and not approved yet. */
export const PendingRequest = z.strictObject({
  reason: z.string(),
  by: Person,
  /** Milliseconds since 1970. */
  at: z.number(),
  until: z.number(),
});
export type PendingRequest = Readonly<z.infer<typeof PendingRequest>>;

/** A passkey of the person, with what this station knows of its key. */
export const PersonPasskey = z.strictObject({
  id: z.string(),
  /** What the pool calls it. */
  name: z.string().optional(),
  /** Milliseconds since 1970. */
  createdAt: z.number().optional(),
  nickname: z.string().optional(),
  keyProduct: z.string().optional(),
  keySerial: z.string().optional(),
});
export type PersonPasskey = Readonly<z.infer<typeof PersonPasskey>>;

/** A case as it stands. */
const CaseView = z.strictObject({
  id: z.string(),
  person: Person,
  email: z.string().optional(),
  isFederated: z.boolean(),
  /** As the case last saw it. */
  isEnabled: z.boolean(),
  isDisabledHere: z.boolean(),
  reason: z.string(),
  openedBy: Person,
  openedAt: z.string(),
  endedAt: z.string().optional(),
  steps: z.array(StepView).readonly(),
  /** Credential IDs. */
  deleted: z.array(z.string()).readonly(),
  enrolled: z.array(z.string()).readonly(),
  /** Whether nobody knows what became of an act: the list of passkeys tells. */
  isUnsettled: z.boolean(),
  session: z.strictObject({ way: SessionWay, endsAt: z.number() }).optional(),
  isCodeAwaited: z.boolean(),
  request: PendingRequest.optional(),
  /** As they were listed last; absent before that. */
  passkeys: z.array(PersonPasskey).readonly().optional(),
});
export type CaseView = Readonly<z.infer<typeof CaseView>>;

/** A case as the window shows it. */
const OpenCase = z.strictObject({
  ...CaseView.shape,
  /** Whether an enrolment waits for the key that is to have the passkey: `helpdesk.useKey` names it. */
  wantsKey: z.boolean(),
});
export type OpenCase = Readonly<z.infer<typeof OpenCase>>;

/** An open case in a list. */
export const CaseSummary = z.strictObject({
  ...CaseView.pick({ id: true, person: true, reason: true, openedBy: true, openedAt: true }).shape,
  /** Whether another process works on it. */
  isBusy: z.boolean(),
});
export type CaseSummary = Readonly<z.infer<typeof CaseSummary>>;

/** Everything that the helpdesk's window shows of itself. */
export const HelpdeskState = z.strictObject({
  /** Absent while nobody is signed in. */
  operator: Person.optional(),
  mayActOnBehalf: z.boolean(),
  /** Those that this process works on. */
  cases: z.array(OpenCase).readonly(),
});
export type HelpdeskState = Readonly<z.infer<typeof HelpdeskState>>;

/** A step that would be done, or would not, and why. */
const PlannedStep = z.strictObject({
  step: CaseStep,
  isNeeded: z.boolean(),
  /** The operations of the service that it would call. */
  calls: z.array(z.string()).readonly(),
  /** In words, for a person. */
  says: z.string(),
});
export type PlannedStep = Readonly<z.infer<typeof PlannedStep>>;

/** What would be done from here to the end of a case. */
export const Plan = z.strictObject({
  person: PoolUser,
  /** What somebody else has changed since the case last looked. */
  changes: z.array(z.string()).readonly(),
  steps: z.array(PlannedStep).readonly(),
});
export type Plan = Readonly<z.infer<typeof Plan>>;

/** One act of a receipt. */
const ReceiptAct = z.strictObject({
  /** ISO 8601. */
  at: z.string(),
  step: CaseStep,
  result: z.enum(['done', 'failed', 'refused', 'unknown']),
  what: z.string(),
  operator: Person,
  approver: Person.optional(),
  passkeys: z.array(z.string()).readonly(),
  note: z.string().optional(),
  /** Its place in the audit log of the station, where that is known. */
  audit: z.int().optional(),
});
export type ReceiptAct = Readonly<z.infer<typeof ReceiptAct>>;

/** What was done in a case, for the person and for the files: made from the case’s journal alone. */
export const Receipt = z.strictObject({
  caseId: z.string(),
  userPoolId: z.string(),
  person: Person,
  reason: z.string(),
  openedBy: Person,
  openedAt: z.string(),
  /** Absent while the case is open. */
  endedAt: z.string().optional(),
  acts: z.array(ReceiptAct).readonly(),
  /** What the person, or whoever reads this, must know: who stays barred, what is not known, that no passkey is left. */
  remarks: z.array(z.string()).readonly(),
});
export type Receipt = Readonly<z.infer<typeof Receipt>>;

/** What a key that was prepared for somebody says of itself afterwards. */
export const PreparedKey = z.strictObject({
  isPinSet: z.boolean(),
  mustChangePin: z.boolean(),
  minPinLength: z.int(),
  alwaysUv: z.boolean(),
});
export type PreparedKey = Readonly<z.infer<typeof PreparedKey>>;
