import type { CallOptions } from '../cognito/call.js';
import { answerCode, choose, startSignIn } from '../cognito/sign-in.js';
import type { CodeStep } from '../cognito/sign-in-states.js';
import type { Tokens } from '../cognito/tokens.js';
import { FailureError } from '../failures/failure-error.js';
import type { PendingRequest } from '../shared/helpdesk.js';
import { isOperator, readReason } from '../triggers/on-behalf/message.js';
import { enableAct, signOutAct } from './account-acts.js';
import type { AuditPerson } from '../audit/entry.js';
import { isDisabledHere } from './case.js';
import type { CaseWork } from './case-work.js';
import { personOf } from './case-work.js';
import { demandUnchanged, isThere } from './check-person.js';
import type { HelpdeskOptions } from './desk.js';
import { type Operator, type OperatorKey, secondOperator } from './operator.js';
import { SessionSlot } from './sessions.js';

/** How long a request for a session on behalf of somebody may be approved, in ms. */
const APPROVAL_MS = 5 * 60_000;

/**
 * The session for the person of a case. Cognito lets nobody in who is disabled, so somebody whom this case has disabled is
 * enabled again just before: when the code is asked for, or the approval is there, and not a moment earlier. What the lost key
 * could do until its passkey is deleted ends with the sign-out at the end of the case.
 */
export class PersonSessionDesk {
  readonly #options: HelpdeskOptions;
  readonly #work: CaseWork;
  readonly slot: SessionSlot;
  #code: CodeStep | undefined;
  #request: PendingRequest | undefined;

  constructor(options: HelpdeskOptions, work: CaseWork) {
    this.#options = options;
    this.#work = work;
    this.slot = new SessionSlot(options);
  }

  get request(): PendingRequest | undefined {
    return this.#request;
  }

  get isCodeAwaited(): boolean {
    return this.#code !== undefined;
  }

  /** Where the code goes, masked by the pool. Rejects with FailureError `helpdesk/no-code` and as `demandOpenable`. */
  async sendCode(operator: Operator, call: CallOptions): Promise<{ destination: string | undefined }> {
    await this.#demandOpenable(call);
    await this.#enable(operator, call);
    const { connection } = this.#options;
    const about = { action: 'session.code' } as const;
    await this.#work.audit(about, operator, 'begun');
    try {
      const begun = await startSignIn(connection, this.#work.file.person.username, { prefer: 'email-code', ...call });
      const state =
        begun.step === 'select' && begun.choices.includes('email-code')
          ? await choose(connection, begun, 'email-code', call)
          : begun;
      if (state.step !== 'email-code')
        throw new FailureError({ code: 'helpdesk/no-code', detail: `the pool asks for ${state.step}` });
      this.#code = state;
      await this.#work.audit(about, operator, 'done');
      return { destination: state.destination };
    } catch (error) {
      await this.#work.audit(about, operator, 'failed');
      throw error;
    }
  }

  /** The code that the person has read out. After CognitoError `wrong-code` another one may be tried. */
  async answerCode(operator: Operator, code: string, call: CallOptions): Promise<void> {
    const state = this.#code;
    if (!state) throw new FailureError({ code: 'helpdesk/no-session', detail: 'no code was asked for' });
    const { connection } = this.#options;
    await this.#open(operator, undefined, 'here, by a code by e-mail', call, async () => {
      const answered = await answerCode(connection, state, code, call);
      this.#code = undefined;
      if (answered.step !== 'signed-in')
        throw new FailureError({ code: 'helpdesk/no-code', detail: `the pool also asks for ${answered.step}` });
      return answered.tokens;
    });
  }

  /** Asks for a session on behalf of the person. Rejects with FailureError `helpdesk/reason-needed`, `helpdesk/no-rules`. */
  async ask(operator: Operator, reason: string, call: CallOptions): Promise<PendingRequest> {
    if (!this.#options.onBehalf) throw new FailureError({ code: 'helpdesk/no-rules' });
    const words = readReason(reason);
    if (words === undefined) throw new FailureError({ code: 'helpdesk/reason-needed' });
    await this.#demandOpenable(call);
    const audit = await this.#work.audit({ action: 'session.request' }, operator, 'done', words);
    await this.#work.note({ step: 'request', phase: 'done', operator, note: words, audit });
    const at = this.#options.now();
    this.#request = { reason: words, by: personOf(operator), at, until: at + APPROVAL_MS };
    return this.#request;
  }

  /**
   * A second operator approves, by their own key, and the session is open. One approval opens one session.
   * @throws FailureError `helpdesk/no-request`, `helpdesk/approval-late`, and as `secondOperator`
   */
  async approve(
    operator: Operator,
    second: { readonly username: string; readonly key: OperatorKey },
    call: CallOptions,
  ): Promise<void> {
    const { onBehalf } = this.#options;
    const request = this.#demandRequest(operator);
    if (!onBehalf) throw new FailureError({ code: 'helpdesk/no-rules' });
    const approver = await secondOperator(this.#options, operator, { ...second, since: request.at }, call).catch(
      async (error: unknown) => {
        await this.#work.audit({ action: 'session.approve' }, operator, 'refused', `as ${second.username}`);
        throw error;
      },
    );
    this.#demandRequest(operator); // its time may have run out while the key was looked for
    this.#request = undefined;
    await this.#work.audit({ action: 'session.approve', approver }, operator, 'done', request.reason);
    await demandUnchanged(this.#options, this.#work.file, call);
    await this.#enable(operator, call);
    const note = `on behalf of the person: ${request.reason}`;
    await this.#open(operator, approver, note, call, () =>
      onBehalf.open(
        {
          username: this.#work.file.person.username,
          operator: isOperator(operator.username) ? operator.username : operator.sub,
          account: this.#work.file.person.sub,
          reason: request.reason,
        },
        call,
      ),
    );
  }

  /** A second operator says no. Who it is need not be proved: a no opens nothing. */
  async refuse(operator: Operator, why: string): Promise<void> {
    const request = this.#request;
    if (!request) throw new FailureError({ code: 'helpdesk/no-request' });
    this.#request = undefined;
    const note = `refused: ${readReason(why) ?? 'no reason given'}`;
    const audit = await this.#work.audit({ action: 'session.approve' }, operator, 'refused', note);
    await this.#work.note({
      step: 'request',
      phase: 'refused',
      operator,
      note,
      code: 'helpdesk/approval-refused',
      audit,
    });
  }

  /** Ends the session at the pool. What a program that was ended has left open is ended by signing out everywhere. */
  async close(operator: AuditPerson, note: string, call: CallOptions = {}): Promise<void> {
    this.#code = undefined;
    this.#request = undefined;
    const { does: signOutEverywhere } = signOutAct(this.#options, this.#work);
    await this.#work.perform(
      {
        step: 'close',
        action: 'session.close',
        note,
        isDone: () => Promise.resolve(undefined),
        does: async (options) => {
          if (await this.slot.revoke(options)) return undefined;
          // By the name alone, somebody else would be signed out who has it by now.
          if (!(await isThere(this.#options, this.#work.file, options)))
            return { note: `${note}; the person is no longer in the pool` };
          await signOutEverywhere(options);
          return { note: `${note}; by signing the person out everywhere` };
        },
      },
      operator,
      call,
    );
  }

  async #open(
    operator: Operator,
    approver: AuditPerson | undefined,
    note: string,
    call: CallOptions,
    open: () => Promise<Tokens>,
  ): Promise<void> {
    const way = approver ? 'on-behalf' : 'here';
    const connection = approver ? this.#options.onBehalf?.connection : this.#options.connection;
    if (!connection) throw new FailureError({ code: 'helpdesk/no-rules' });
    await this.#work.perform(
      {
        step: 'session',
        action: 'session.open',
        approver,
        note,
        isDone: () => Promise.resolve(undefined),
        does: async () => {
          const tokens = await open();
          // Held before anything else can fail: what is not held could not be revoked.
          this.slot.hold(way, connection, tokens, () => {
            this.close(personOf(operator), 'its time was up').catch(this.#options.onFault);
          });
          if (tokens.identity.sub === this.#work.file.person.sub) return undefined;
          await this.slot.revoke({});
          throw new FailureError({ code: 'helpdesk/person-changed', detail: 'the session is somebody else’s' });
        },
      },
      operator,
      call,
    );
  }

  /** @throws FailureError `helpdesk/federated`, `helpdesk/person-disabled`, `helpdesk/session-open` and as `demandUnchanged` */
  async #demandOpenable(call: CallOptions): Promise<void> {
    if (this.slot.shown) throw new FailureError({ code: 'helpdesk/session-open' });
    const user = await demandUnchanged(this.#options, this.#work.file, call);
    if (user.isFederated) throw new FailureError({ code: 'helpdesk/federated' });
    if (!user.enabled && !isDisabledHere(this.#work.file)) throw new FailureError({ code: 'helpdesk/person-disabled' });
  }

  async #enable(operator: Operator, call: CallOptions): Promise<void> {
    if (this.#work.file.seen.enabled) return;
    const note = 'so that the session can be opened: the pool lets nobody in who is disabled';
    await this.#work.perform(enableAct(this.#options, this.#work, true, note), operator, call);
  }

  #demandRequest(operator: Operator): PendingRequest {
    const request = this.#request;
    if (!request) throw new FailureError({ code: 'helpdesk/no-request' });
    // Another operator has taken the case over: the second one approves the first one's request, and nobody else's.
    if (request.by.sub !== operator.sub) throw new FailureError({ code: 'helpdesk/another-operator' });
    const now = this.#options.now();
    if (now < request.at) throw new FailureError({ code: 'helpdesk/clock-changed' });
    if (now <= request.until) return request;
    this.#request = undefined;
    throw new FailureError({ code: 'helpdesk/approval-late' });
  }
}
