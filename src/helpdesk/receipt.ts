import type { CaseStep, Receipt, ReceiptAct } from '../shared/helpdesk.js';
import { type CaseEntry, type CaseFile, isDisabledHere, passkeysOf, unsettled } from './case.js';

const WHAT: Readonly<Record<CaseStep, string>> = {
  'sign-out': 'Signed out everywhere',
  disable: 'Barred from signing in',
  enable: 'Allowed to sign in again',
  request: 'Asked for a session on behalf of the person',
  session: 'Session for the person opened',
  delete: 'Passkey deleted',
  enrol: 'Passkey enrolled',
  close: 'Session for the person closed',
  'take-over': 'Changes by somebody else taken over',
  end: 'Case ended',
};

/** A receipt of a case that is over, or of an open one as it stands. */
export function receiptOf(file: CaseFile): Receipt {
  const { id: caseId, userPoolId, person, reason, openedBy, openedAt, endedAt, entries } = file;
  return {
    caseId,
    userPoolId,
    person,
    reason,
    openedBy,
    openedAt,
    endedAt,
    acts: entries.flatMap(actOf),
    remarks: remarksOf(file),
  };
}

/**
 * What was begun has an entry of what became of it, which is the one that counts. An enrolment that is not known to be done has
 * the passkeys that there were before it, to tell the new one by: it is about none of them.
 */
function actOf({
  at,
  step,
  phase,
  operator,
  approver,
  passkeys = [],
  use,
  nickname,
  note,
  audit,
}: CaseEntry): ReceiptAct[] {
  if (phase === 'begun') return [];
  const what = use === undefined ? WHAT[step] : `${WHAT[step]} (${use}: ${nickname ?? ''})`;
  const about = step === 'enrol' && phase !== 'done' ? [] : passkeys;
  return [{ at, step, result: phase, what, operator, approver, passkeys: about, note, audit }];
}

function remarksOf(file: CaseFile): string[] {
  const isUnknown = unsettled(file).some(({ step }) => step === 'delete' || step === 'enrol');
  const deleted = passkeysOf(file, 'delete');
  const enrolled = passkeysOf(file, 'enrol');
  const leavesNone = deleted.length > 0 && enrolled.length === 0;
  return [
    ...(isDisabledHere(file) ? ['The person is barred from signing in.'] : []),
    ...(isUnknown ? ['The program was ended in the middle of an act, and whether that was done is not known.'] : []),
    ...(leavesNone
      ? [
          'Passkeys were deleted and none was enrolled: the person may be left without one, and sign in with a code by e-mail only.',
        ]
      : []),
    ...(deleted.length > 0
      ? ['A deleted passkey opens nothing any more. Its other half is still on the lost key.']
      : []),
  ];
}
