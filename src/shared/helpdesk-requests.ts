import { z } from 'zod';

import { ceremony, CeremonyId } from './ceremony.js';
import {
  CaseSummary,
  HelpdeskState,
  PasskeyUse,
  PendingRequest,
  PeoplePage,
  PersonDetails,
  PersonPasskey,
  Plan,
  PreparedKey,
  Receipt,
  SessionWay,
} from './helpdesk.js';
import { KeyId } from './keys.js';
import { CredentialId } from './on-key.js';
import { Nickname } from './passkey-records.js';

/** The ceremony in which the operator's own key is touched: each change takes one. */
const Confirm = z.strictObject(ceremony);
const CaseId = z.uuid();
/** The name in the pool, or the `sub`, which is exact. */
const Username = z.string().trim().min(1).max(256);
/** What somebody types as a reason, which others read. */
const Words = z.string().trim().max(500);
const onCase = { caseId: CaseId };
const confirmedOnCase = { caseId: CaseId, confirm: Confirm };

/** What the window of a helpdesk may ask, where main does everything: the window has no token of anybody. */
export const helpdeskRequests = {
  'helpdesk.state': { input: z.void(), output: HelpdeskState },
  /** With the operator's own key. */
  'helpdesk.signIn': { input: z.strictObject({ username: Username, confirm: Confirm }), output: z.void() },
  /** Leaves all cases, too. */
  'helpdesk.signOut': { input: z.void(), output: z.void() },
  /** People whose name, address or the like begins so. */
  'helpdesk.find': {
    input: z.strictObject({
      searchId: z.uuid(),
      text: z.string().max(256),
      /** From the page before. */
      page: z.string().min(1).max(4096).optional(),
    }),
    output: PeoplePage,
  },
  /** Nobody waits for it any more: it rejects with `cancelled`. */
  'helpdesk.stopFinding': { input: z.strictObject({ searchId: z.uuid() }), output: z.void() },
  /** By user name, address or `sub`. That somebody was looked at is put on record. */
  'helpdesk.person': { input: z.strictObject({ name: Username }), output: PersonDetails },
  /** What somebody can sign in with, by the service's names. Only when it is asked for: AWS may charge for it. */
  'helpdesk.factors': { input: z.strictObject({ username: Username }), output: z.array(z.string()).readonly() },
  /** A dry run. Changes nothing. */
  'helpdesk.plan': {
    input: z.strictObject({ username: Username, disable: z.boolean(), way: SessionWay }),
    output: Plan,
  },
  /** The open cases of this station, whoever began them. */
  'helpdesk.cases': { input: z.void(), output: z.array(CaseSummary) },
  'helpdesk.begin': {
    input: z.strictObject({ username: Username, reason: Words.min(1) }),
    output: z.strictObject(onCase),
  },
  'helpdesk.resume': { input: z.strictObject(onCase), output: z.void() },
  /** Leaves an open case for somebody else. */
  'helpdesk.leave': { input: z.strictObject(onCase), output: z.void() },
  /** Signs the person out everywhere, and with `disable` bars them from signing in. */
  'helpdesk.makeSafe': { input: z.strictObject({ ...confirmedOnCase, disable: z.boolean() }), output: z.void() },
  'helpdesk.enable': { input: z.strictObject(confirmedOnCase), output: z.void() },
  /** What somebody else has changed of the person since, in words. */
  'helpdesk.changes': { input: z.strictObject(onCase), output: z.array(z.string()) },
  /** … and that is how the case knows them from now on. */
  'helpdesk.takeOver': { input: z.strictObject(onCase), output: z.void() },
  /** A code goes to the person's e-mail address; where that is, the pool tells as far as it likes. */
  'helpdesk.sendCode': {
    input: z.strictObject(confirmedOnCase),
    output: z.strictObject({ destination: z.string().optional() }),
  },
  'helpdesk.answerCode': {
    input: z.strictObject({ ...onCase, code: z.string().trim().min(1).max(256) }),
    output: z.void(),
  },
  /** For a session on behalf of the person, with a reason that they are told. */
  'helpdesk.ask': { input: z.strictObject({ ...confirmedOnCase, reason: Words }), output: PendingRequest },
  /** A second operator, with their own key. */
  'helpdesk.approve': { input: z.strictObject({ ...confirmedOnCase, username: Username }), output: z.void() },
  'helpdesk.refuse': { input: z.strictObject({ ...onCase, why: Words }), output: z.void() },
  'helpdesk.passkeys': { input: z.strictObject(onCase), output: z.array(PersonPasskey).readonly() },
  'helpdesk.deletePasskeys': {
    input: z.strictObject({
      ...confirmedOnCase,
      ids: z.array(CredentialId).min(1).max(20),
      /** The operator's yes to leaving the person without a passkey. */
      leavesNone: z.boolean(),
    }),
    output: z.void(),
  },
  /**
   * When the operator has confirmed it, the case `wantsKey`: `helpdesk.useKey` says which, and the ceremony `ceremonyId` runs
   * on that key. The operator's own may be out by then. Cancelled by `ceremony.cancel` of either ceremony.
   */
  'helpdesk.enrol': {
    input: z.strictObject({ ...confirmedOnCase, ceremonyId: CeremonyId, nickname: Nickname, use: PasskeyUse }),
    output: z.strictObject({ credentialId: CredentialId }),
  },
  'helpdesk.useKey': { input: z.strictObject({ ...onCase, keyId: KeyId }), output: z.void() },
  'helpdesk.closeSession': { input: z.strictObject(onCase), output: z.void() },
  'helpdesk.end': {
    input: z.strictObject({
      ...confirmedOnCase,
      /** Whom the case has disabled is not enabled at its end. */
      staysDisabled: z.boolean(),
      /** The operator's yes to ending it although nobody knows whether an act was done. */
      leavesUnsettled: z.boolean(),
    }),
    output: z.void(),
  },
  /** Of a case that is over, or of an open one as it stands. */
  'helpdesk.receipt': { input: z.strictObject(onCase), output: Receipt },
  /** As a PDF in the station's folder; tells where. */
  'helpdesk.saveReceipt': { input: z.strictObject(onCase), output: z.strictObject({ path: z.string() }) },
  'helpdesk.printReceipt': { input: z.strictObject(onCase), output: z.void() },
  /** Erases a key, as `keys.reset` does, once the operator has confirmed it. */
  'helpdesk.resetKey': {
    input: z.strictObject({ ...ceremony, confirm: Confirm }),
    output: z.strictObject({ keyId: KeyId }),
  },
  /** Gives a key without a PIN one, which its person has to change. */
  'helpdesk.prepareKey': {
    input: z.strictObject({
      ...ceremony,
      confirm: Confirm,
      /** Code points of the shortest PIN from now on; absent: as it is. */
      minPinLength: z.int().min(4).max(63).optional(),
      alwaysUv: z.boolean(),
    }),
    output: PreparedKey,
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
