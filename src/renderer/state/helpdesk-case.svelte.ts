import type { OpenCase, PasskeyUse } from '../../shared/helpdesk.js';
import type { KeyId } from '../../shared/keys.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import { explain, type Problem } from '../messages.js';
import { Ceremony } from './ceremony.svelte.js';
import type { Helpdesk } from './helpdesk.svelte.js';
import type { Asked, Confirm, Confirmation } from './helpdesk-confirmation.svelte.js';

/** A part of the runbook. */
export type CasePart = 'person' | 'safe' | 'session' | 'approval' | 'passkeys' | 'enrol' | 'enable' | 'end';

type Confirmed<T> = (confirm: Confirm) => Promise<Result<T>>;

/** Failures that mean that somebody else has changed the person. */
const CHANGED: ReadonlySet<string> = new Set(['helpdesk/person-changed', 'helpdesk/person-disabled']);

/** One case in the window: one part of the runbook at a time, and what went wrong stands beside the part that it is about. */
export class CaseRun {
  readonly caseId: string;
  readonly confirmation: Confirmation;
  /** On the key that is to have a new passkey. */
  readonly enrolment: Ceremony;
  readonly #bridge: Bridge;
  readonly #helpdesk: Helpdesk;
  #busy = $state<CasePart>();
  #failed = $state.raw<{ readonly part: CasePart; readonly failure: Failure }>();
  #changes = $state.raw<readonly string[]>([]);
  #destination = $state<string>();
  #keyName = $state('the security key');
  #hasKey = $state(false);

  constructor(bridge: Bridge, helpdesk: Helpdesk, confirmation: Confirmation, caseId: string) {
    this.#bridge = bridge;
    this.#helpdesk = helpdesk;
    this.confirmation = confirmation;
    this.caseId = caseId;
    this.enrolment = new Ceremony(bridge);
  }

  /** Undefined once it is ended, or left. */
  get view(): OpenCase | undefined {
    return this.#helpdesk.case(this.caseId);
  }

  /** The part that is under way. */
  get busy(): CasePart | undefined {
    return this.#busy;
  }

  /** What somebody else has changed of the person, in words. */
  get changes(): readonly string[] {
    return this.#changes;
  }

  /** Where the code has gone, as far as the pool tells. */
  get destination(): string | undefined {
    return this.#destination;
  }

  /** Of the key that is to have the passkey. */
  get keyName(): string {
    return this.#keyName;
  }

  /** Whether main waits to be told which key is to have the passkey. */
  get wantsKey(): boolean {
    return this.#busy === 'enrol' && !this.#hasKey && this.view?.wantsKey === true;
  }

  /** Whether it is the turn of the key that is to have the passkey: the operator has confirmed it. */
  get isWithPersonsKey(): boolean {
    return this.#busy === 'enrol' && (this.#hasKey || this.wantsKey);
  }

  /** What went wrong last in this part. */
  problem(part: CasePart): Problem | undefined {
    return this.#failed?.part === part ? explain(this.#failed.failure) : undefined;
  }

  makeSafe(disable: boolean): Promise<boolean> {
    const what = disable ? 'sign out everywhere, and bar from signing in' : 'sign out everywhere';
    return this.#change('safe', what, (confirm) =>
      this.#bridge.request('helpdesk.makeSafe', { caseId: this.caseId, confirm, disable }),
    );
  }

  enable(): Promise<boolean> {
    return this.#change('enable', 'let sign in again', (confirm) =>
      this.#bridge.request('helpdesk.enable', { caseId: this.caseId, confirm }),
    );
  }

  /** Reads whether somebody else has changed the person. */
  async look(): Promise<void> {
    const answer = await this.#bridge.request('helpdesk.changes', { caseId: this.caseId });
    if (answer.ok) this.#changes = answer.value;
    else this.#failed = { part: 'person', failure: answer.error };
  }

  async takeOver(): Promise<boolean> {
    const done = await this.#act('person', () => this.#bridge.request('helpdesk.takeOver', { caseId: this.caseId }));
    if (done) await this.look();
    return done;
  }

  sendCode(): Promise<boolean> {
    return this.#change('session', 'have a code sent by e-mail, and open a session with it', async (confirm) => {
      const answer = await this.#bridge.request('helpdesk.sendCode', { caseId: this.caseId, confirm });
      if (answer.ok) this.#destination = answer.value.destination;
      return answer;
    });
  }

  async answerCode(code: string): Promise<boolean> {
    const { caseId } = this;
    const done = await this.#act('session', () => this.#bridge.request('helpdesk.answerCode', { caseId, code }));
    if (done) await this.list();
    return done;
  }

  ask(reason: string): Promise<boolean> {
    return this.#change('session', 'ask a second operator for a session on behalf', (confirm) =>
      this.#bridge.request('helpdesk.ask', { caseId: this.caseId, confirm, reason }),
    );
  }

  /** By another operator, with their own key. */
  async approve(username: string): Promise<boolean> {
    const asked = { what: 'approve a session on behalf', by: 'second' } as const;
    const done = await this.#touched('approval', asked, (confirm) =>
      this.#bridge.request('helpdesk.approve', { caseId: this.caseId, username, confirm }),
    );
    if (done) await this.list();
    return done;
  }

  refuse(why: string): Promise<boolean> {
    return this.#act('approval', () => this.#bridge.request('helpdesk.refuse', { caseId: this.caseId, why }));
  }

  /** Lists the person's passkeys. */
  list(): Promise<boolean> {
    return this.#act('passkeys', () => this.#bridge.request('helpdesk.passkeys', { caseId: this.caseId }));
  }

  /** @param leavesNone the operator's yes to leaving the person without a passkey */
  deletePasskey(id: string, name: string, leavesNone: boolean): Promise<boolean> {
    return this.#change('passkeys', `delete the passkey “${name}”`, (confirm) =>
      this.#bridge.request('helpdesk.deletePasskeys', { caseId: this.caseId, confirm, ids: [id], leavesNone }),
    );
  }

  /** First the operator's own key is touched, then main asks which key is to have the passkey. */
  async enrol(nickname: string, use: PasskeyUse): Promise<boolean> {
    const { caseId } = this;
    this.#hasKey = false;
    const what = use === 'backup' ? 'enrol a backup key' : 'enrol a replacement key';
    return this.#change('enrol', what, (confirm) =>
      this.enrolment.run((ceremonyId) =>
        this.#bridge.request('helpdesk.enrol', { caseId, confirm, ceremonyId, nickname, use }),
      ),
    );
  }

  /** This key is to have the passkey. */
  async useKey(keyId: KeyId, keyName: string): Promise<void> {
    this.#keyName = keyName;
    this.#hasKey = true;
    const answer = await this.#bridge.request('helpdesk.useKey', { caseId: this.caseId, keyId });
    if (answer.ok) return;
    this.#hasKey = false;
    this.#failed = { part: 'enrol', failure: answer.error };
  }

  /** Ends the session for the person. */
  closeSession(): Promise<boolean> {
    return this.#act('session', () => this.#bridge.request('helpdesk.closeSession', { caseId: this.caseId }));
  }

  end(how: { readonly staysDisabled: boolean; readonly leavesUnsettled: boolean }): Promise<boolean> {
    const what = how.staysDisabled ? 'end the case, and leave barred from signing in' : 'end the case';
    return this.#change('end', what, (confirm) =>
      this.#bridge.request('helpdesk.end', { caseId: this.caseId, confirm, ...how }),
    );
  }

  /** Leaves it for somebody else, or for later. */
  leave(): Promise<boolean> {
    return this.#act('person', () => this.#bridge.request('helpdesk.leave', { caseId: this.caseId }));
  }

  /** Whoever looks elsewhere gives up what a key is asked for. */
  giveUp(): void {
    this.confirmation.cancel();
    void this.enrolment.cancel();
  }

  #change<T>(part: CasePart, what: string, request: Confirmed<T>): Promise<boolean> {
    return this.#touched(part, { what, by: 'operator' }, request);
  }

  #touched<T>(part: CasePart, asked: Pick<Asked, 'what' | 'by'>, request: Confirmed<T>): Promise<boolean> {
    const username = this.view?.person.username;
    const about = { ...asked, place: part, ...(username !== undefined && { whom: username }) };
    return this.#act(part, () => this.confirmation.ask(about, request));
  }

  /** Resolves with whether it was done. */
  async #act(part: CasePart, act: () => Promise<Result<unknown>>): Promise<boolean> {
    if (this.#busy !== undefined) return false;
    this.#busy = part;
    this.#failed = undefined;
    const answer = await act();
    this.#busy = undefined;
    if (answer.ok) return true;
    if (answer.error.code !== 'cancelled') this.#failed = { part, failure: answer.error };
    if (CHANGED.has(answer.error.code)) await this.look();
    return false;
  }
}
