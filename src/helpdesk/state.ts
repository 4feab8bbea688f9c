import { CASE_STEPS, type CaseStep, type CaseView, type StepView } from '../shared/helpdesk.js';
import { type CaseFile, isDisabledHere, lastOf, passkeysOf, unsettled } from './case.js';

/** A case as it stands, without any secret. */
export function viewOf(
  file: CaseFile,
  live: Pick<CaseView, 'session' | 'isCodeAwaited' | 'request' | 'passkeys'>,
): CaseView {
  const open = unsettled(file);
  return {
    id: file.id,
    person: file.person,
    email: file.seen.email,
    isFederated: file.seen.isFederated,
    isEnabled: file.seen.enabled,
    isDisabledHere: isDisabledHere(file),
    reason: file.reason,
    openedBy: file.openedBy,
    openedAt: file.openedAt,
    endedAt: file.endedAt,
    steps: CASE_STEPS.map((step) => stepOf(file, step)),
    deleted: passkeysOf(file, 'delete'),
    enrolled: passkeysOf(file, 'enrol'),
    isUnsettled: open.some(({ step }) => step === 'delete' || step === 'enrol'),
    ...live,
  };
}

function stepOf(file: CaseFile, step: CaseStep): StepView {
  const last = lastOf(file, step);
  if (!last) return { step, state: 'todo', at: undefined, note: undefined };
  const { phase, at, note } = last;
  return { step, state: phase === 'begun' ? 'unknown' : phase, at, note };
}
