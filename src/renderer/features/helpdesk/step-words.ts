import type { CaseStep, StepView } from '../../../shared/helpdesk.js';

/** What is done in a case, as the runbook names it. */
export const STEP_WORDS: Readonly<Record<CaseStep, string>> = {
  'sign-out': 'Sign out everywhere',
  disable: 'Bar from signing in',
  enable: 'Allow signing in again',
  request: 'Ask a second operator',
  session: 'Session for the person',
  delete: 'Delete the lost passkey',
  enrol: 'Enrol a passkey',
  close: 'Close the session',
  'take-over': 'Take over changes',
  end: 'End the case',
};

/** How something stands, in a word or two. */
export interface Standing {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'warn' | 'danger';
}

/** How a step stands. */
export const STATE_WORDS: Readonly<Record<StepView['state'], Standing>> = {
  todo: { text: 'To do', tone: 'plain' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'danger' },
  refused: { text: 'Refused', tone: 'danger' },
  unknown: { text: 'Not known', tone: 'warn' },
};

/** How a part of the runbook stands: what nobody knows comes first, then what was done last. */
export function standingOf(steps: readonly StepView[]): StepView['state'] {
  if (steps.some(({ state }) => state === 'unknown')) return 'unknown';
  const latest = steps
    .filter(({ at }) => at !== undefined)
    .toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? ''))
    .at(-1);
  return latest?.state ?? 'todo';
}
