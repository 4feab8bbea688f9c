import type { AuditPerson } from '../audit/entry.js';
import { CASE_STEPS, type CaseFile, type CaseStep, isDisabledHere, lastOf, passkeysOf, unsettled } from './case.js';
import type { PersonPasskey } from './person-passkeys.js';
import type { PendingRequest } from './person-session.js';
import type { SessionWay } from './sessions.js';

/** How a step of the runbook stands. */
interface StepView {
  readonly step: CaseStep;
  /** `unknown`: a program was ended in the middle of it. */
  readonly state: 'todo' | 'done' | 'failed' | 'refused' | 'unknown';
  /** ISO 8601; of what was done last. */
  readonly at: string | undefined;
  readonly note: string | undefined;
}

/** A case as a window shows it: plain data, and no secret. */
export interface CaseView {
  readonly id: string;
  readonly person: AuditPerson;
  readonly email: string | undefined;
  readonly isFederated: boolean;
  /** As the case last saw it. */
  readonly isEnabled: boolean;
  readonly isDisabledHere: boolean;
  readonly reason: string;
  readonly openedBy: AuditPerson;
  readonly openedAt: string;
  readonly endedAt: string | undefined;
  readonly steps: readonly StepView[];
  /** Credential IDs. */
  readonly deleted: readonly string[];
  readonly enrolled: readonly string[];
  /** Whether nobody knows what became of an act: the list of passkeys tells. */
  readonly isUnsettled: boolean;
  readonly session: { readonly way: SessionWay; readonly endsAt: number } | undefined;
  readonly isCodeAwaited: boolean;
  readonly request: PendingRequest | undefined;
  /** As they were listed last; undefined before that. */
  readonly passkeys: readonly PersonPasskey[] | undefined;
}

/** An open case in a list. */
export interface CaseSummary extends Pick<CaseView, 'id' | 'person' | 'reason' | 'openedBy' | 'openedAt'> {
  /** Whether another process works on it. */
  readonly isBusy: boolean;
}

/** Everything that a window of the helpdesk shows. */
export interface HelpdeskState {
  readonly operator: AuditPerson | undefined;
  readonly mayActOnBehalf: boolean;
  /** Those that this process works on. */
  readonly cases: readonly CaseView[];
}

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
