import type { CallOptions } from '../cognito/call.js';
import { CognitoError } from '../cognito/errors.js';
import { FailureError } from '../failures/failure-error.js';
import type { AuditAction } from '../audit/actions.js';
import type { AuditEvent, AuditPerson } from '../audit/entry.js';
import type { CaseStep } from '../shared/helpdesk.js';
import { type CaseEntry, type CaseFile, type CaseOwner, type Seen, unsettled } from './case.js';
import type { HelpdeskOptions } from './desk.js';
import { explain } from './explain.js';
import { bornOf, mayBeThatOf } from '../station/is-running.js';

/** One thing that is done to somebody's account. */
export interface Act {
  readonly step: CaseStep;
  readonly action: AuditAction;
  /** Who approved it. */
  readonly approver?: AuditPerson | undefined;
  /** What it is about, for journal and audit log. */
  readonly passkeys?: readonly string[] | undefined;
  readonly note?: string | undefined;
  /** Of an enrolment. */
  readonly what?: Pick<CaseEntry, 'use' | 'nickname'> | undefined;
  /** Reads whether it is so. Undefined where nothing tells: then it is done, and the service's word counts. */
  readonly isDone: (options: CallOptions) => Promise<boolean | undefined>;
  readonly does: (options: CallOptions) => Promise<ActOutcome | undefined>;
  /** What came of it, where the answer was lost and reading shows, then or later, that it is done. */
  readonly found?: (() => ActOutcome) | undefined;
}

interface ActOutcome {
  readonly passkeys?: readonly string[];
  readonly note?: string;
  /** How the person is now, where that is what was changed. */
  readonly seen?: Partial<Seen>;
}

/** A case that this process works on: every act is written down before it is done, and what became of it after. */
export class CaseWork {
  readonly #options: HelpdeskOptions;
  #file: CaseFile;
  #written: Promise<unknown> = Promise.resolve();

  constructor(options: HelpdeskOptions, file: CaseFile) {
    this.#options = options;
    this.#file = file;
  }

  get file(): CaseFile {
    return this.#file;
  }

  /**
   * Reads whether it is so already; if not, does it, and reads again. Nothing is done before audit log and journal have it.
   * A failure whose outcome nobody knows, such as a lost answer, is settled by reading, too.
   * @throws FailureError `helpdesk/unproved`, `audit/unwritable`, `settings/unwritable`; whatever `act` throws
   */
  async perform(act: Act, operator: AuditPerson, options: CallOptions): Promise<void> {
    const { step, passkeys, note, approver, what } = act;
    if ((await act.isDone(options)) === true) {
      const so = 'It was so already.';
      const audit = await this.audit(act, operator, 'done', so);
      // What a lost answer has left open is this case's own doing.
      const isOurs = unsettled(this.#file).some((entry) => entry.step === step);
      const already = isOurs ? undefined : true;
      await this.note(
        { step, phase: 'done', operator, passkeys, audit, note: so, already },
        isOurs ? act.found?.().seen : {},
      );
      return;
    }
    const begun = await this.audit(act, operator, 'begun', note);
    await this.note({ step, phase: 'begun', operator, approver, passkeys, ...what, note, audit: begun });
    let outcome: ActOutcome | undefined;
    try {
      outcome = await this.#do(act, options);
    } catch (error) {
      const phase = mayHaveHappened(error) ? 'unknown' : 'failed';
      const { code, sentence, detail } = explain(error);
      const why = [sentence, detail].filter(Boolean).join(' ');
      const audit = await this.audit(act, operator, 'failed', why);
      await this.note({ step, phase, operator, approver, passkeys, ...what, code, note: why, audit });
      throw error;
    }
    const done = { passkeys: outcome?.passkeys ?? passkeys, note: outcome?.note ?? note };
    const audit = await this.audit(
      act,
      operator,
      'done',
      [done.note, ...(done.passkeys ?? [])].filter(Boolean).join(' '),
    );
    await this.note({ step, phase: 'done', operator, approver, ...what, ...done, audit }, outcome?.seen);
  }

  async #do(act: Act, options: CallOptions): Promise<ActOutcome | undefined> {
    let outcome: ActOutcome | undefined;
    try {
      outcome = await act.does(options);
    } catch (error) {
      // The answer was lost, and what was asked for may be done all the same. Whoever cancelled waits for that no longer.
      if (!mayHaveHappened(error) || (await this.#isDoneNow(act)) !== true) throw error;
      return { ...act.found?.(), note: `${act.note ?? ''} (the answer was lost; it is so, as was read again)`.trim() };
    }
    if ((await act.isDone({})) === false) throw new FailureError({ code: 'helpdesk/unproved', detail: act.step });
    return outcome;
  }

  async #isDoneNow(act: Act): Promise<boolean | undefined> {
    try {
      return await act.isDone({});
    } catch (error) {
      if (error instanceof CognitoError) return undefined; // still unknown: the first error is the one to tell
      throw error;
    }
  }

  /** Adds an entry to the journal. Undefined members are left out. */
  async note(entry: NewEntry, seen: Partial<Seen> = {}): Promise<void> {
    const at = new Date(this.#options.now()).toISOString();
    const whole = withoutUndefined({ ...entry, at, operator: personOf(entry.operator) });
    await this.#write((file) => ({
      ...file,
      seen: { ...file.seen, ...seen },
      entries: [...file.entries, whole],
    }));
  }

  /** Puts an event on record, with whom it is about. @returns its place in the log, where that is known */
  async audit(
    { action, approver }: Pick<Act, 'action' | 'approver'>,
    operator: AuditPerson,
    result: AuditEvent['result'],
    detail?: string,
  ): Promise<number | undefined> {
    const { id: caseId, person } = this.#file;
    const place = await this.#options.audit.append({
      action,
      result,
      caseId,
      operator: personOf(operator),
      person,
      ...(approver && { approver }),
      ...(detail !== undefined && detail !== '' && { detail }),
    });
    return typeof place === 'number' ? place : undefined;
  }

  /** Takes the case over for this process, or lets it go. Rejects with FailureError `helpdesk/case-busy`. */
  async claim(): Promise<void> {
    const { cases, onChange } = this.#options;
    const owner = await ownerOf(this.#options);
    this.#file = await cases.claim(this.#file.id, owner, (file) => isBusyElsewhere(this.#options, file));
    onChange?.();
  }

  async release(): Promise<void> {
    await this.#write((file) => ({ ...file, ...NOBODY }));
  }

  async end(): Promise<void> {
    const endedAt = new Date(this.#options.now()).toISOString();
    await this.#write((file) => ({ ...file, ...NOBODY, endedAt }));
    await this.#options.cases.end(this.#file);
  }

  /** One change after the other: a session whose time is up is closed in the middle of whatever else is done. */
  #write(change: (file: CaseFile) => CaseFile): Promise<void> {
    const written = this.#written.then(async () => {
      const file = change(this.#file);
      await this.#options.cases.write(file);
      this.#file = file;
      this.#options.onChange?.();
    });
    this.#written = written.catch(() => undefined); // told to whoever wanted this one
    return written;
  }
}

const NOBODY: CaseOwner = { owner: undefined, ownerBorn: undefined };

/** This process, as a case that it works on names it. */
export async function ownerOf({ pid }: Pick<HelpdeskOptions, 'pid'>): Promise<CaseOwner> {
  return { owner: pid, ownerBorn: await bornOf(pid) };
}

/** Whether another process works on the case, and it is the very one that took it. */
export async function isBusyElsewhere(
  { pid, isRunning }: Pick<HelpdeskOptions, 'pid' | 'isRunning'>,
  { owner, ownerBorn }: CaseOwner,
): Promise<boolean> {
  if (owner === undefined || (owner === pid && (await mayBeThatOf(pid, ownerBorn)))) return false;
  return isRunning(owner) && (await mayBeThatOf(owner, ownerBorn));
}

/** What an entry says besides its time; members that are undefined are left out. */
type NewEntry = Pick<CaseEntry, 'step' | 'phase'> & { readonly operator: AuditPerson } & {
  readonly [K in Exclude<keyof CaseEntry, 'at' | 'step' | 'phase' | 'operator'>]?: CaseEntry[K] | undefined;
};

/** Whether it may have been done although it failed: the request may have arrived, and the answer did not. */
function mayHaveHappened(error: unknown): boolean {
  if (!(error instanceof CognitoError)) return false;
  return (
    (error.retryable && error.code !== 'too-many-requests') || ['bad-answer', 'aborted', 'unknown'].includes(error.code)
  );
}

/** Nothing else of an operator is written down. */
export const personOf = ({ sub, username }: AuditPerson): AuditPerson => ({ sub, username });

function withoutUndefined(entry: NewEntry & { readonly at: string }): CaseEntry {
  // What is left has a value, which is all that the two types differ in.
  return Object.fromEntries(Object.entries(entry).filter(([, member]) => member !== undefined)) as CaseEntry;
}
