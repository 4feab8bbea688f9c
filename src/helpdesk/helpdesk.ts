import { randomUUID } from 'node:crypto';

import type { CallOptions } from '../cognito/call.js';
import { FailureError } from '../failures/failure-error.js';
import type { AuditAction } from '../audit/actions.js';
import type {
  CaseSummary,
  CaseView,
  HelpdeskState,
  PeoplePage,
  PersonDetails,
  Plan,
  PoolUser,
} from '../shared/helpdesk.js';
import type { CaseFile } from './case.js';
import { CaseDesk } from './case-desk.js';
import { CaseWork, isBusyElsewhere, ownerOf, personOf } from './case-work.js';
import { readReason } from '../triggers/on-behalf/message.js';
import { seenOf } from './check-person.js';
import { confirmOnRecord } from './confirm-on-record.js';
import type { HelpdeskOptions } from './desk.js';
import { type Operator, type OperatorKey, signInOperator } from './operator.js';
import { findPeople, findPerson, type PeopleSearch, personDetails, personFactors } from './people.js';
import { planFor, type Wish } from './plan.js';

/** The helpdesk of one station, for the app and the command line alike: who works at it, whom they look for, and the cases. */
export class Helpdesk {
  readonly #options: HelpdeskOptions;
  readonly #cases = new Map<string, CaseDesk>();
  #operator: Operator | undefined;

  constructor(options: HelpdeskOptions) {
    this.#options = options;
  }

  /** Plain data, and no secret. */
  state(): Omit<HelpdeskState, 'cases'> & { readonly cases: readonly CaseView[] } {
    return {
      operator: this.#operator && personOf(this.#operator),
      mayActOnBehalf: this.#options.onBehalf !== undefined,
      cases: [...this.#cases.values()].map((desk) => desk.view()),
    };
  }

  /** Signs an operator in with their own key. Rejects as `signInOperator`, and with FailureError `audit/…` where that cannot be put on record. */
  async signIn(username: string, key: OperatorKey, call: CallOptions = {}): Promise<void> {
    const { audit } = this.#options;
    try {
      const operator = await signInOperator(this.#options, username, key, call);
      await audit.append({ action: 'operator.sign-in', result: 'done', operator: personOf(operator) });
      this.#operator = operator;
    } catch (error) {
      await audit.append({ action: 'operator.sign-in', result: 'refused', detail: `as ${username}` });
      throw error;
    }
    this.#options.onChange?.();
  }

  /**
   * Leaves all cases, and forgets the operator, whatever fails on the way: then it rejects with the first failure, and whoever
   * goes on with such a case closes what is open at the pool.
   */
  async signOut(call: CallOptions = {}): Promise<void> {
    if (!this.#operator) return;
    const operator = personOf(this.#operator);
    const left = await Promise.allSettled([...this.#cases.keys()].map((id) => this.leave(id, call)));
    this.#operator = undefined;
    this.#options.onChange?.();
    await this.#options.audit.append({ action: 'operator.sign-out', result: 'done', operator });
    const failed = left.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** People whose name or address begins so. Changes nothing, and is not put on record: it is asked at every key press. */
  async find(search: PeopleSearch, call: CallOptions = {}): Promise<PeoplePage> {
    this.#demandOperator();
    return findPeople(this.#options, search, call);
  }

  /** One person, with groups and our records of their keys. Who was looked at, and by whom, is put on record. */
  async person(name: string, call: CallOptions = {}): Promise<PersonDetails> {
    const operator = personOf(this.#demandOperator());
    const user = await findPerson(this.#options, name, call);
    await this.#options.audit.append({ action: 'person.find', result: 'done', operator, person: personOf(user) });
    return personDetails(this.#options, user, call);
  }

  async factors(username: string, call: CallOptions = {}): Promise<readonly string[]> {
    this.#demandOperator();
    return personFactors(this.#options, { username }, call);
  }

  /** A dry run for a person, with or without an open case: tells what would be done, and changes nothing. */
  async plan(user: PoolUser, wish: Wish, call: CallOptions = {}): Promise<Plan> {
    this.#demandOperator();
    const file = (await this.#open()).find(({ person }) => person.sub === user.sub);
    return planFor(this.#options, { user, file, wish }, call);
  }

  /**
   * Opens a case for a person. Rejects with FailureError `helpdesk/case-open` when there is one at this station.
   * @param why what is wrong; kept as `readReason` has it. FailureError `helpdesk/reason-needed` where nothing in it can be read
   */
  async begin(user: PoolUser, why: string): Promise<CaseDesk> {
    const operator = personOf(this.#demandOperator());
    const reason = readReason(why);
    if (reason === undefined) throw new FailureError({ code: 'helpdesk/reason-needed' });
    const { cases, audit, administration, now } = this.#options;
    const id = randomUUID();
    const person = personOf(user);
    const file: CaseFile = {
      version: 1,
      id,
      userPoolId: administration.userPoolId,
      person,
      seen: seenOf(user),
      openedBy: operator,
      openedAt: new Date(now()).toISOString(),
      reason,
      ...(await ownerOf(this.#options)),
      entries: [],
    };
    await audit.append({ action: 'case.begin', result: 'begun', caseId: id, operator, person, detail: reason });
    try {
      await cases.create(file);
    } catch (error) {
      await audit.append({ action: 'case.begin', result: 'failed', caseId: id, operator, person });
      throw error;
    }
    await audit.append({ action: 'case.begin', result: 'done', caseId: id, operator, person });
    return this.#take(new CaseWork(this.#options, file));
  }

  /** Open cases of this station for people of this pool, oldest first. */
  async cases(): Promise<CaseSummary[]> {
    this.#demandOperator();
    const files = await this.#open();
    return Promise.all(
      files.map(async ({ id, person, reason, openedBy, openedAt, ...owner }) => ({
        id,
        person,
        reason,
        openedBy,
        openedAt,
        isBusy: await isBusyElsewhere(this.#options, owner),
      })),
    );
  }

  /** A case that this process works on. Throws FailureError `helpdesk/no-case`. */
  case(id: string): CaseDesk {
    const desk = this.#cases.get(id);
    if (!desk) throw new FailureError({ code: 'helpdesk/no-case', detail: id });
    return desk;
  }

  /**
   * Goes on with a case, whoever began it and however the program ended. What nobody wrote down is read from the pool.
   * Rejects with FailureError `helpdesk/no-case`, `helpdesk/case-busy`, `helpdesk/no-person`.
   */
  async resume(id: string, call: CallOptions = {}): Promise<CaseDesk> {
    const operator = this.#demandOperator();
    const known = this.#cases.get(id);
    if (known) return known;
    const file = (await this.#open()).find((one) => one.id === id);
    if (!file) throw new FailureError({ code: 'helpdesk/no-case', detail: id });
    const work = new CaseWork(this.#options, file);
    await work.claim();
    await work.audit({ action: 'case.resume' }, operator, 'done');
    const desk = this.#take(work);
    await desk.settle(call);
    return desk;
  }

  /** Ends the case, and forgets it here. Its file stays, for the receipt. */
  async end(id: string, ...how: Parameters<CaseDesk['end']>): Promise<CaseFile> {
    const file = await this.case(id).end(...how);
    this.#cases.delete(id);
    this.#options.onChange?.();
    return file;
  }

  /** Leaves an open case for somebody else, also when its session could not be ended at the pool: then it rejects with why. */
  async leave(id: string, call: CallOptions = {}): Promise<void> {
    try {
      await this.case(id).leave(call);
    } finally {
      this.#cases.delete(id);
      this.#options.onChange?.();
    }
  }

  /** The file of a case, open or over. */
  async file(id: string): Promise<CaseFile> {
    this.#demandOperator();
    return this.#options.cases.find(id);
  }

  /**
   * Work on a key itself, confirmed by the operator's touch and put on record before and after.
   * @param detail what is done, and to which key, as each of its lines of the audit log says: so as it is true before and after
   */
  async onKey<T>(
    action: Extract<AuditAction, 'key.reset' | 'key.prepare'>,
    detail: string,
    call: CallOptions & { readonly key: OperatorKey },
    work: () => Promise<T>,
  ): Promise<T> {
    const operator = this.#demandOperator();
    const { audit } = this.#options;
    await confirmOnRecord(this.#options, operator, call, (result) =>
      audit.append({
        action: 'operator.confirm',
        result,
        operator: personOf(operator),
        detail: `for ${action}: ${detail}`,
      }),
    );
    const about = { action, operator: personOf(operator), detail };
    await audit.append({ ...about, result: 'begun' });
    try {
      const result = await work();
      await audit.append({ ...about, result: 'done' });
      return result;
    } catch (error) {
      await audit.append({ ...about, result: 'failed' });
      throw error;
    }
  }

  /** Puts on record that a receipt was made. */
  async receiptMade(file: CaseFile): Promise<void> {
    const operator = personOf(this.#demandOperator());
    await this.#options.audit.append({
      action: 'receipt.made',
      result: 'done',
      caseId: file.id,
      operator,
      person: file.person,
    });
  }

  /** A station may have been connected to another pool before, or was practised at: nobody there is looked for here. */
  async #open(): Promise<CaseFile[]> {
    const { cases, administration } = this.#options;
    return (await cases.open()).filter(({ userPoolId }) => userPoolId === administration.userPoolId);
  }

  #take(work: CaseWork): CaseDesk {
    const desk = new CaseDesk(this.#options, work, () => this.#demandOperator());
    this.#cases.set(work.file.id, desk);
    this.#options.onChange?.();
    return desk;
  }

  #demandOperator(): Operator {
    if (!this.#operator) throw new FailureError({ code: 'helpdesk/no-operator' });
    return this.#operator;
  }
}
