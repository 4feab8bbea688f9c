import { z } from 'zod';

import { CaseStep, PasskeyUse } from '../shared/helpdesk.js';

const Person = z.strictObject({ sub: z.string().min(1), username: z.string().min(1) });

/** One act: an entry when it is begun, and one with what became of it. */
const Entry = z.strictObject({
  at: z.iso.datetime(),
  step: CaseStep,
  /** `unknown`: the program was ended in between, and nothing tells whether it was done. */
  phase: z.enum(['begun', 'done', 'failed', 'refused', 'unknown']),
  operator: Person,
  approver: Person.optional(),
  /** Credential IDs that it is about. */
  passkeys: z.array(z.string()).readonly().optional(),
  /** It was so before, and not by this case. */
  already: z.literal(true).optional(),
  /** Of an enrolment: what the passkey is for, and what the station calls it. */
  use: PasskeyUse.optional(),
  nickname: z.string().optional(),
  /** In plain words; never a secret. */
  note: z.string().optional(),
  /** Why it failed: a code with a sentence. */
  code: z.string().optional(),
  /** Where the audit log has it, where that is known. */
  audit: z.int().optional(),
});
export type CaseEntry = Readonly<z.infer<typeof Entry>>;

/** The person as they were when the case last looked. */
const Seen = z.strictObject({
  enabled: z.boolean(),
  status: z.string(),
  email: z.string().optional(),
  isEmailVerified: z.boolean(),
  isFederated: z.boolean(),
});
export type Seen = Readonly<z.infer<typeof Seen>>;

/** A case: one person, one lost key, from the call for help to the receipt. What is kept of it on the disk, without any secret. */
export const CaseFile = z.strictObject({
  version: z.literal(1),
  id: z.uuid(),
  userPoolId: z.string(),
  person: Person,
  seen: Seen,
  openedBy: Person,
  openedAt: z.iso.datetime(),
  /** What is wrong, in the operator's words. */
  reason: z.string(),
  /** The process that works on it. */
  owner: z.int().optional(),
  /** When that process began, where the system tells: another one may have its number later. */
  ownerBorn: z.string().optional(),
  entries: z.array(Entry),
  /** There when it is over. */
  endedAt: z.iso.datetime().optional(),
});
export type CaseFile = Readonly<z.infer<typeof CaseFile>>;
export type CaseOwner = Pick<CaseFile, 'owner' | 'ownerBorn'>;

/** The last entry of a step; undefined when it was never begun. */
export function lastOf({ entries }: Pick<CaseFile, 'entries'>, ...steps: readonly CaseStep[]): CaseEntry | undefined {
  return entries.findLast(({ step }) => steps.includes(step));
}

/** Whether it was this case that has barred the person from signing in, and not somebody else before. */
export function isDisabledHere(file: Pick<CaseFile, 'entries'>): boolean {
  const last = file.entries.findLast(
    ({ step, phase, already }) =>
      (step === 'disable' || step === 'enable') && phase !== 'begun' && phase !== 'failed' && already !== true,
  );
  return last?.step === 'disable';
}

/** Credential IDs that a step is known to have been done with. */
export function passkeysOf({ entries }: Pick<CaseFile, 'entries'>, step: 'delete' | 'enrol'): string[] {
  const done = entries.filter((entry) => entry.step === step && entry.phase === 'done');
  return [...new Set(done.flatMap(({ passkeys = [] }) => passkeys))];
}

/** Acts that were begun, and of which nobody has written what became. Acts follow each other, so of each step the last one counts. */
export function unsettled({ entries }: Pick<CaseFile, 'entries'>): CaseEntry[] {
  return entries.filter((entry, index) => {
    if (entry.phase !== 'begun' && entry.phase !== 'unknown') return false;
    return !entries.slice(index + 1).some(({ step }) => step === entry.step);
  });
}

/** Whether a session was opened that nobody has closed: its tokens went with the program that had them. */
export function hasOpenSession(file: Pick<CaseFile, 'entries'>): boolean {
  const last = file.entries.findLast(({ step, phase }) =>
    step === 'session' ? phase !== 'failed' && phase !== 'refused' : step === 'close' && phase === 'done',
  );
  return last?.step === 'session';
}
