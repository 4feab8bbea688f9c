import type { CaseSummary, HelpdeskState, OpenCase } from '../../shared/helpdesk.js';
import type { Failure, Result } from '../../shared/result.js';
import type { Bridge } from '../api.js';
import type { Confirmation } from './helpdesk-confirmation.svelte.js';

/** The window's side of the helpdesk: who works here, and on which cases. Main does the work, and has every token. */
export class Helpdesk {
  readonly #bridge: Bridge;
  /** How often main has told of a change. */
  #changes = 0;
  #state = $state.raw<HelpdeskState>();
  #open = $state.raw<readonly CaseSummary[]>([]);
  #failure = $state.raw<Failure>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Undefined until main has said who works here. */
  get state(): HelpdeskState | undefined {
    return this.#state;
  }

  /** Open cases of this station, as they were read last: oldest first. */
  get open(): readonly CaseSummary[] {
    return this.#open;
  }

  /** Why main could not say how the helpdesk, or its list of cases, stands. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** A case that this window works on. */
  case(caseId: string): OpenCase | undefined {
    return this.#state?.cases.find(({ id }) => id === caseId);
  }

  /** Listens, and reads; returns how to stop. */
  watch(): () => void {
    const stop = this.#bridge.on('helpdesk.changed', (state) => {
      this.#changes += 1;
      this.#state = state;
    });
    void this.load();
    return stop;
  }

  async load(): Promise<void> {
    const changes = this.#changes;
    const answer = await this.#bridge.request('helpdesk.state', undefined);
    this.#failure = answer.ok ? undefined : answer.error;
    // What was told meanwhile is newer: the answer may be of before.
    if (answer.ok && this.#changes === changes) this.#state = answer.value;
  }

  /** Reads the open cases anew. */
  async loadCases(): Promise<void> {
    const answer = await this.#bridge.request('helpdesk.cases', undefined);
    this.#failure = answer.ok ? undefined : answer.error;
    if (answer.ok) this.#open = answer.value;
  }

  /** Somebody signs in with their own key. */
  signIn(confirmation: Confirmation, username: string): Promise<Result<void>> {
    return confirmation.ask({ place: 'sign-in', by: 'anybody', what: 'sign in as operator' }, (confirm) =>
      this.#bridge.request('helpdesk.signIn', { username, confirm }),
    );
  }

  /** All cases are left: sessions for people end. */
  signOut(): Promise<Result<void>> {
    return this.#bridge.request('helpdesk.signOut', undefined);
  }
}
