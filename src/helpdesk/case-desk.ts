import type { AuditAction } from '../audit/actions.js';
import type { CallOptions } from '../cognito/call.js';
import { FailureError } from '../failures/failure-error.js';
import type { CaseStep, CaseView, PendingRequest, PersonPasskey } from '../shared/helpdesk.js';
import { enableAct, signOutAct } from './account-acts.js';
import { type CaseFile, hasOpenSession, isDisabledHere, unsettled } from './case.js';
import type { CaseWork } from './case-work.js';
import { differences, isThere, readPerson, seenOf } from './check-person.js';
import { confirmOnRecord } from './confirm-on-record.js';
import type { HelpdeskOptions } from './desk.js';
import type { Operator, OperatorKey } from './operator.js';
import { type NewPasskey, PersonPasskeysDesk } from './person-passkeys.js';
import { PersonSessionDesk } from './person-session.js';
import { viewOf } from './state.js';

/** Every change takes a touch of the operator's own key. */
export interface Confirmed extends CallOptions {
  readonly key: OperatorKey;
}

/** One case that this process works on: what the runbook offers, one act after the other. */
export class CaseDesk {
  readonly #options: HelpdeskOptions;
  readonly #work: CaseWork;
  readonly #operator: () => Operator;
  readonly #session: PersonSessionDesk;
  readonly #passkeys: PersonPasskeysDesk;
  #last: Promise<unknown> = Promise.resolve();
  #isLeft = false;

  /** @param operator who is signed in; throws FailureError `helpdesk/no-operator` */
  constructor(options: HelpdeskOptions, work: CaseWork, operator: () => Operator) {
    this.#options = options;
    this.#work = work;
    this.#operator = operator;
    this.#session = new PersonSessionDesk(options, work);
    this.#passkeys = new PersonPasskeysDesk(options, work, this.#session.slot);
  }

  get file(): CaseFile {
    return this.#work.file;
  }

  /** Plain data, without any token. */
  view(): CaseView {
    return viewOf(this.#work.file, {
      session: this.#session.slot.shown,
      isCodeAwaited: this.#session.isCodeAwaited,
      request: this.#session.request,
      passkeys: this.#passkeys.listed,
    });
  }

  /** Signs the person out everywhere, and with `disable` bars them from signing in. Also for people of other providers. */
  makeSafe({ disable, ...call }: Confirmed & { readonly disable: boolean }): Promise<void> {
    return this.#confirmed(call, async (operator) => {
      await readPerson(this.#options, this.file, call);
      await this.#work.perform(signOutAct(this.#options, this.#work), operator, call);
      if (disable) await this.#work.perform(enableAct(this.#options, this.#work, false), operator, call);
    });
  }

  /** Lets the person sign in again: also whom somebody else has disabled, once the operator has taken that over. */
  enable(call: Confirmed): Promise<void> {
    return this.#confirmed(call, async (operator) => {
      await readPerson(this.#options, this.file, call);
      await this.#work.perform(enableAct(this.#options, this.#work, true), operator, call);
    });
  }

  /** What somebody else has changed of the person since, in words. Empty: nothing. Changes nothing. */
  async changes(call: CallOptions = {}): Promise<string[]> {
    return differences(this.file.seen, seenOf(await readPerson(this.#options, this.file, call)));
  }

  /** Takes over into the case how the person is now. Changes nothing at the pool. */
  takeOver(call: CallOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      const operator = this.#operator();
      const seen = seenOf(await readPerson(this.#options, this.file, call));
      const note = differences(this.file.seen, seen).join('; ');
      if (note !== '') await this.#work.note({ step: 'take-over', phase: 'done', operator, note }, seen);
    });
  }

  /** The person is here: a code goes to their e-mail address, which they read to whoever types it. */
  sendCode(call: Confirmed): Promise<{ destination: string | undefined }> {
    return this.#confirmed(call, (operator) => this.#session.sendCode(operator, call));
  }

  answerCode(code: string, call: CallOptions = {}): Promise<void> {
    return this.#inTurn(() => this.#session.answerCode(this.#operator(), code, call));
  }

  /** The person is not here: a session on their behalf, with a reason that they are told, when a second operator approves. */
  ask(reason: string, call: Confirmed): Promise<PendingRequest> {
    return this.#confirmed(call, (operator) => this.#session.ask(operator, reason, call));
  }

  approve(second: { readonly username: string; readonly key: OperatorKey }, call: CallOptions = {}): Promise<void> {
    return this.#inTurn(() => this.#session.approve(this.#operator(), second, call));
  }

  refuse(why: string): Promise<void> {
    return this.#inTurn(() => this.#session.refuse(this.#operator(), why));
  }

  passkeys(call: CallOptions = {}): Promise<readonly PersonPasskey[]> {
    return this.#inTurn(() => this.#passkeys.list(this.#operator(), call));
  }

  /** @param leavesNone the operator's yes to leaving the person without a passkey */
  deletePasskeys(
    ids: readonly string[],
    { leavesNone = false, ...call }: Confirmed & { readonly leavesNone?: boolean | undefined },
  ): Promise<void> {
    return this.#confirmed(call, (operator) => this.#passkeys.remove(operator, ids, leavesNone, call));
  }

  enrol(passkey: NewPasskey, call: Confirmed): Promise<string> {
    return this.#confirmed(call, (operator) => this.#passkeys.enrol(operator, passkey, call));
  }

  /** Ends the session for the person, at the pool too. It takes nothing from anybody, so it needs no touch. */
  closeSession(call: CallOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      if (hasOpenSession(this.file)) await this.#session.close(this.#operator(), 'by the operator', call);
    });
  }

  /**
   * Ends the case. Where a session was opened, the person is signed out everywhere once more: whoever has signed in with the
   * lost key before its passkey was deleted is out. Who was disabled in this case is enabled, unless that is to stay.
   * @param leavesUnsettled the operator's yes to ending it although nobody knows whether an act was done
   * @throws FailureError `helpdesk/unsettled`
   */
  end({
    staysDisabled = false,
    leavesUnsettled = false,
    ...call
  }: Confirmed & { readonly staysDisabled?: boolean; readonly leavesUnsettled?: boolean }): Promise<CaseFile> {
    return this.#confirmed(call, async (operator) => {
      const open = unsettled(this.file).map(({ step }) => step);
      const isUnknown = open.includes('delete') || open.includes('enrol');
      if (isUnknown && !leavesUnsettled) throw new FailureError({ code: 'helpdesk/unsettled' });
      const isInPool = await isThere(this.#options, this.file, call);
      const about = { action: 'case.end' } as const;
      await this.#work.audit(about, operator, 'begun');
      if (hasOpenSession(this.file)) await this.#session.close(operator, 'at the end of the case', call);
      this.#session.slot.drop();
      if (isInPool && this.file.entries.some(({ step }) => step === 'session')) {
        const note = 'at the end of the case: whoever may have signed in with the lost key is out';
        await this.#work.perform(signOutAct(this.#options, this.#work, note), operator, call);
      }
      if (isInPool && isDisabledHere(this.file) && !staysDisabled)
        await this.#work.perform(enableAct(this.#options, this.#work, true), operator, call);
      const note = isInPool ? undefined : GONE;
      const audit = await this.#work.audit(about, operator, 'done', note);
      await this.#work.note({ step: 'end', phase: 'done', operator, note, audit });
      await this.#work.end();
      return this.file;
    });
  }

  /** Stops working on it, so that somebody else may: a session for the person ends. */
  leave(call: CallOptions = {}): Promise<void> {
    return this.#queued(async () => {
      if (this.#isOver) return;
      this.#isLeft = true;
      try {
        if (hasOpenSession(this.file)) await this.#session.close(this.#operator(), 'the operator has left', call);
      } finally {
        this.#session.slot.drop(); // also where it could not be put on record that it ends: nobody has its tokens any more
        await this.#work.release();
      }
    });
  }

  /** After a program was ended: closes what it has left open, and finds out what it did not write down. */
  async settle(call: CallOptions = {}): Promise<void> {
    const operator = this.#operator();
    if (hasOpenSession(this.file)) await this.#session.close(operator, 'left open by a program that was ended', call);
    for (const { step, passkeys, use, nickname, phase } of unsettled(this.file)) {
      if (step === 'delete' || step === 'enrol') {
        if (phase === 'begun')
          await this.#work.note({ step, phase: 'unknown', operator, passkeys, use, nickname, note: UNKNOWN });
        continue; // the list of passkeys will tell, once there is a session
      }
      if (step === 'enable' || step === 'disable') await this.#settleEnabled(operator, step, call);
      else await this.#giveUp(operator, step, AGAIN);
    }
  }

  /** Nothing tells whether it was done, so it counts as not done. */
  async #giveUp(operator: Operator, step: CaseStep, note: string): Promise<void> {
    const action = ACTIONS[step];
    const audit = action && (await this.#work.audit({ action }, operator, 'failed', note));
    await this.#work.note({ step, phase: 'failed', operator, note, audit });
  }

  async #settleEnabled(operator: Operator, step: 'enable' | 'disable', call: CallOptions): Promise<void> {
    if (!(await isThere(this.#options, this.file, call))) {
      await this.#giveUp(operator, step, GONE);
      return;
    }
    const { enabled } = await readPerson(this.#options, this.file, call);
    const phase = enabled === (step === 'enable') ? 'done' : 'failed';
    const note = `Read after the program was ended: the person is ${enabled ? 'enabled' : 'disabled'}.`;
    const audit = await this.#work.audit({ action: `person.${step}` }, operator, phase, note);
    await this.#work.note({ step, phase, operator, note, audit }, phase === 'done' ? { enabled } : {});
  }

  #confirmed<T>(call: Confirmed, act: (operator: Operator) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      const operator = this.#operator();
      await confirmOnRecord(this.#options, operator, call, (result) =>
        this.#work.audit({ action: 'operator.confirm' }, operator, result),
      );
      return act(operator);
    });
  }

  /** Whether it is ended, or left for others: what still waits then is not done. */
  get #isOver(): boolean {
    return this.#isLeft || this.file.endedAt !== undefined;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    return this.#queued(() => {
      if (this.#isOver) throw new FailureError({ code: 'helpdesk/no-case', detail: this.file.id });
      return act();
    });
  }

  /** One act after the other: each reads what the one before has changed. */
  #queued<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#last.then(act);
    this.#last = next.catch(() => undefined); // told to whoever wanted this one
    return next;
  }
}

/** What the audit log calls the steps that may be begun and not end. */
const ACTIONS: Readonly<Partial<Record<CaseStep, AuditAction>>> = {
  'sign-out': 'person.sign-out',
  disable: 'person.disable',
  enable: 'person.enable',
  session: 'session.open',
  close: 'session.close',
};
const UNKNOWN = 'The program was ended in the middle of it. The list of passkeys will tell whether it was done.';
const GONE = 'The person is no longer in the pool.';
const AGAIN = 'The program was ended in the middle of it. It is to be done again, which does no harm.';
