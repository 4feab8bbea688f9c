import type {
  CaseSummary,
  HelpdeskState,
  OpenCase,
  PersonPasskey,
  PoolUser,
  Receipt,
  StepView,
} from '../../../src/shared/helpdesk.js';
import { CASE_STEPS } from '../../../src/shared/helpdesk.js';
import type { Input, Request } from '../../../src/shared/ipc.js';
import type { KeyId } from '../../../src/shared/keys.js';
import type { Failure, Result } from '../../../src/shared/result.js';
import type { FakeMain } from './main.js';

const CASE = '11111111-1111-4111-8111-111111111111';
const AT = '2026-11-23T10:00:00.000Z';
const OLGA = { sub: 'sub-olga', username: 'olga' };
const LOST: PersonPasskey = {
  id: 'bG9zdA',
  nickname: 'Blue key',
  keyProduct: 'Fjord Key 5',
  keySerial: '77',
  createdAt: Date.parse(AT),
};

const ok = <T>(value: T): Result<T> => ({ ok: true, value });
const fail = (error: Failure): Result<never> => ({ ok: false, error });

export function poolUser(username: string, changes: Partial<PoolUser> = {}): PoolUser {
  return {
    sub: `sub-${username}`,
    username,
    email: `${username}@example.com`,
    isEmailVerified: true,
    status: 'CONFIRMED',
    enabled: true,
    isFederated: false,
    ...changes,
  };
}

/** Main of a helpdesk, as its window sees it: one person, one case, and an operator with a key. */
export class FakeHelpdesk {
  readonly #main: FakeMain;
  operator: HelpdeskState['operator'];
  mayActOnBehalf = true;
  people: PoolUser[] = [poolUser('ana')];
  case: OpenCase | undefined;
  /** Cases that others have begun. */
  summaries: CaseSummary[] = [];
  changes: string[] = [];
  passkeys: PersonPasskey[] = [LOST];
  code = '123456';
  /** How a request is answered instead, once. */
  readonly faults = new Map<Request, Failure>();
  #useKey: ((keyId: string) => void) | undefined;

  constructor(main: FakeMain) {
    this.#main = main;
    main.overrides['helpdesk.state'] = () => ok(this.state);
    main.overrides['helpdesk.signIn'] = ({ username, confirm }) =>
      this.#confirmed('helpdesk.signIn', confirm, () => {
        this.operator = { sub: `sub-${username}`, username };
      });
    main.overrides['helpdesk.signOut'] = () => {
      this.signOut();
      return ok(undefined);
    };
    main.overrides['helpdesk.find'] = ({ text, page }) => this.#find(text, page);
    main.overrides['helpdesk.stopFinding'] = () => ok(undefined);
    main.overrides['helpdesk.person'] = ({ name }) => {
      const user = this.people.find(({ sub }) => sub === name);
      return user ? ok({ ...user, groups: ['staff'], keys: [] }) : fail({ code: 'helpdesk/no-person' });
    };
    main.overrides['helpdesk.factors'] = () => ok(['WEB_AUTHN', 'EMAIL_OTP', 'SOMETHING_NEW']);
    main.overrides['helpdesk.plan'] = (wish) => this.#plan(wish);
    main.overrides['helpdesk.cases'] = () => ok(this.summaries);
    main.overrides['helpdesk.begin'] = ({ username, reason }) => this.#begin(username, reason);
    main.overrides['helpdesk.resume'] = ({ caseId }) => {
      const { person, reason } = this.summaries.find(({ id }) => id === caseId) ?? {};
      if (!person || reason === undefined) return fail({ code: 'helpdesk/no-case' });
      const begun = this.#begin(person.sub, reason, caseId);
      return begun.ok ? ok(undefined) : begun;
    };
    main.overrides['helpdesk.leave'] = () => this.#done(() => (this.case = undefined));
    main.overrides['helpdesk.changes'] = () => ok(this.changes);
    main.overrides['helpdesk.takeOver'] = () => this.#done(() => (this.changes = []));
    main.overrides['helpdesk.makeSafe'] = ({ confirm, disable }) =>
      this.#confirmed('helpdesk.makeSafe', confirm, () => {
        this.step('sign-out');
        if (disable) this.step('disable', {}, { isEnabled: false, isDisabledHere: true });
      });
    main.overrides['helpdesk.enable'] = ({ confirm }) =>
      this.#confirmed('helpdesk.enable', confirm, () => {
        this.step('enable', {}, { isEnabled: true, isDisabledHere: false });
      });
    main.overrides['helpdesk.sendCode'] = async ({ confirm }) => {
      const answer = await this.#confirmed('helpdesk.sendCode', confirm, () => {
        this.change({ isCodeAwaited: true, isEnabled: true, isDisabledHere: false });
      });
      return answer.ok ? ok({ destination: 'a***@e***' }) : answer;
    };
    main.overrides['helpdesk.answerCode'] = ({ code }) => {
      if (code !== this.code)
        return fail({ code: 'helpdesk/pool', words: { sentence: 'That code is wrong.', next: 'Try again.' } });
      this.openSession('here');
      return ok(undefined);
    };
    main.overrides['helpdesk.ask'] = async ({ confirm, reason }) => {
      const request = { reason, by: this.operator ?? OLGA, at: Date.now(), until: Date.now() + 300_000 };
      const answer = await this.#confirmed('helpdesk.ask', confirm, () => {
        this.change({ request });
      });
      return answer.ok ? ok(request) : answer;
    };
    main.overrides['helpdesk.approve'] = ({ confirm }) =>
      this.#confirmed('helpdesk.approve', confirm, () => {
        this.openSession('on-behalf');
      });
    main.overrides['helpdesk.refuse'] = ({ why }) =>
      this.#done(() => {
        this.change({ request: undefined });
        this.step('request', { state: 'refused', note: `refused: ${why}` });
      });
    main.overrides['helpdesk.passkeys'] = () => {
      this.change({ passkeys: this.passkeys });
      return ok(this.passkeys);
    };
    main.overrides['helpdesk.deletePasskeys'] = ({ confirm, ids, leavesNone }) =>
      this.#confirmed('helpdesk.deletePasskeys', confirm, () => {
        const remaining = this.passkeys.filter(({ id }) => !ids.includes(id));
        if (remaining.length === 0 && !leavesNone) return { code: 'helpdesk/last-passkey' };
        this.passkeys = remaining;
        this.step('delete', {}, { passkeys: remaining, deleted: ids });
        return undefined;
      });
    main.overrides['helpdesk.enrol'] = (input) => this.#enrol(input);
    main.overrides['helpdesk.useKey'] = ({ keyId }) => {
      this.#useKey?.(keyId);
      return ok(undefined);
    };
    main.overrides['helpdesk.closeSession'] = () =>
      this.#done(() => {
        this.change({ session: undefined });
      });
    main.overrides['helpdesk.end'] = ({ confirm }) =>
      this.#confirmed('helpdesk.end', confirm, () => {
        this.case = undefined;
      });
    main.overrides['helpdesk.receipt'] = () => ok(RECEIPT);
    main.overrides['helpdesk.saveReceipt'] = () => ok({ path: `/station/receipts/${CASE}.pdf` });
    main.overrides['helpdesk.printReceipt'] = () => fail({ code: 'helpdesk/no-printer' });
    main.overrides['helpdesk.resetKey'] = async ({ confirm, ceremonyId, keyId }) => {
      const stopped = (await main.perform(confirm.ceremonyId, confirm.keyId)) ?? (await main.touchOnly(ceremonyId));
      return stopped ? fail(stopped) : ok({ keyId: keyId as KeyId }); // the brand is main’s to check
    };
    main.overrides['helpdesk.prepareKey'] = async ({ confirm, ceremonyId, keyId, minPinLength = 4, alwaysUv }) => {
      const stopped = (await main.perform(confirm.ceremonyId, confirm.keyId)) ?? (await main.verify(ceremonyId, keyId));
      return stopped ? fail(stopped) : ok({ isPinSet: true, mustChangePin: true, minPinLength, alwaysUv });
    };
  }

  get state(): HelpdeskState {
    return {
      ...(this.operator && { operator: this.operator }),
      mayActOnBehalf: this.mayActOnBehalf,
      cases: this.case ? [this.case] : [],
    };
  }

  /** Tells the window how it stands. */
  changed(): void {
    this.#main.emit('helpdesk.changed', this.state);
  }

  /** By the operator, or by main when the computer goes to sleep. */
  signOut(): void {
    this.operator = undefined;
    this.case = undefined;
    this.changed();
  }

  /** Something of the case is another one. */
  change(changes: { readonly [M in keyof OpenCase]?: OpenCase[M] | undefined }): void {
    // What is undefined is left out, as main does; the rest has the types of the case.
    if (this.case)
      this.case = Object.fromEntries(
        Object.entries({ ...this.case, ...changes }).filter(([, member]) => member !== undefined),
      ) as OpenCase;
    this.changed();
  }

  /** A step of the runbook was done, or ended otherwise. */
  step(step: StepView['step'], how: Partial<StepView> = {}, changes: Parameters<FakeHelpdesk['change']>[0] = {}): void {
    const steps = (this.case?.steps ?? []).map((one) => one.step === step ? { step, state: 'done' as const, at: AT, ...how } : one); // prettier-ignore
    this.change({ steps, ...changes });
  }

  openSession(way: 'here' | 'on-behalf'): void {
    this.step(
      'session',
      {},
      { session: { way, endsAt: Date.now() + 300_000 }, isCodeAwaited: false, request: undefined },
    );
  }

  #done(act: () => void): Result<void> {
    act();
    this.changed();
    return ok(undefined);
  }

  async #confirmed(
    name: Request,
    { ceremonyId, keyId }: Input<'helpdesk.signIn'>['confirm'],
    act: () => Failure | undefined,
  ): Promise<Result<undefined>> {
    const stopped = (await this.#main.perform(ceremonyId, keyId)) ?? this.faults.get(name) ?? act();
    this.faults.delete(name);
    this.changed();
    return stopped ? fail(stopped) : ok(undefined);
  }

  #find(text: string, page: string | undefined): Result<{ people: PoolUser[]; next?: string }> {
    const fault = this.faults.get('helpdesk.find');
    this.faults.delete('helpdesk.find');
    if (fault) return fail(fault);
    const begin = Number(page ?? 0);
    const all = this.people.filter(({ username }) => username.startsWith(text));
    const next = begin + 2 < all.length ? { next: String(begin + 2) } : {};
    return ok({ people: all.slice(begin, begin + 2), ...next });
  }

  #plan({ username, disable, way }: Input<'helpdesk.plan'>): Result<{
    person: PoolUser;
    changes: string[];
    steps: { step: StepView['step']; isNeeded: boolean; calls: string[]; says: string }[];
  }> {
    const person = this.people.find(({ sub }) => sub === username);
    if (!person) return fail({ code: 'helpdesk/no-person' });
    const says = disable ? 'Would be barred from signing in.' : 'Stays able to sign in.';
    const how = way === 'here' ? 'A code would go to them.' : 'A second operator would have to approve.';
    return ok({
      person,
      changes: [],
      steps: [
        { step: 'disable', isNeeded: disable, calls: ['AdminDisableUser'], says },
        { step: 'session', isNeeded: true, calls: ['InitiateAuth'], says: how },
      ],
    });
  }

  #begin(sub: string, reason: string, id = CASE): Result<{ caseId: string }> {
    const person = this.people.find((user) => user.sub === sub);
    if (!person) return fail({ code: 'helpdesk/no-person' });
    this.case = { ...openCase(person, reason), id };
    this.changed();
    return ok({ caseId: id });
  }

  async #enrol({ confirm, ceremonyId, nickname }: Input<'helpdesk.enrol'>): Promise<Result<{ credentialId: string }>> {
    const unconfirmed = await this.#main.perform(confirm.ceremonyId, confirm.keyId);
    if (unconfirmed) return fail(unconfirmed);
    const chosen = new Promise<string>((resolve) => (this.#useKey = resolve));
    this.change({ wantsKey: true });
    const keyId = await chosen;
    this.change({ wantsKey: false });
    const stopped = await this.#main.perform(ceremonyId, keyId);
    if (stopped) return fail(stopped);
    const id = `bmV3${this.passkeys.length}`;
    this.passkeys = [...this.passkeys, { id, nickname, keyProduct: 'Fjord Key 5' }];
    this.step('enrol', {}, { enrolled: [...(this.case?.enrolled ?? []), id], passkeys: this.passkeys });
    return ok({ credentialId: id });
  }
}

function openCase({ sub, username, enabled, isFederated, email }: PoolUser, reason: string): OpenCase {
  return {
    id: CASE,
    person: { sub, username },
    ...(email !== undefined && { email }),
    isFederated,
    isEnabled: enabled,
    isDisabledHere: false,
    reason,
    openedBy: OLGA,
    openedAt: AT,
    steps: CASE_STEPS.map((step) => ({ step, state: 'todo' as const })),
    deleted: [],
    enrolled: [],
    isUnsettled: false,
    isCodeAwaited: false,
    wantsKey: false,
  };
}

const RECEIPT: Receipt = {
  caseId: CASE,
  userPoolId: 'eu-west-1_AbCdEfGhI',
  person: { sub: 'sub-ana', username: 'ana' },
  reason: 'lost on a train',
  openedBy: OLGA,
  openedAt: AT,
  endedAt: AT,
  acts: [
    {
      at: AT,
      step: 'session',
      result: 'done',
      what: 'Session for the person opened',
      operator: OLGA,
      approver: { sub: 'sub-otto', username: 'otto' },
      passkeys: [],
      note: 'on behalf of the person: lost on a train',
      audit: 12,
    },
  ],
  remarks: ['A deleted passkey opens nothing any more. Its other half is still on the lost key.'],
};
