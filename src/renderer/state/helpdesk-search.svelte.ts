import type { PoolUser } from '../../shared/helpdesk.js';
import type { Bridge } from '../api.js';
import { explain, type Problem } from '../messages.js';

/** From the last key press to the question, in milliseconds: the service counts how often it is asked. */
const PAUSE_MS = 250;

/** Looking for people while somebody types: the newest question counts, and an older one is given up, in main as well. */
export class PeopleSearch {
  readonly #bridge: Bridge;
  #text = $state('');
  #people = $state.raw<readonly PoolUser[]>();
  #next = $state<string>();
  #busy = $state(false);
  #problem = $state.raw<Problem>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: string | undefined;

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** As it is typed. */
  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    const isSame = text.trim() === this.#text.trim();
    this.#text = text;
    if (isSame) return;
    this.stop();
    if (text.trim() === '') {
      this.#people = undefined;
      this.#next = undefined;
      return;
    }
    this.#busy = true;
    this.#timer = setTimeout(() => void this.find(), PAUSE_MS);
  }

  /** Undefined before anything was found or not. */
  get people(): readonly PoolUser[] | undefined {
    return this.#people;
  }

  /** Whether there are more. */
  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Asks for what is typed, without waiting. */
  find(): Promise<void> {
    return this.#ask(undefined, []);
  }

  /** The next page, behind those that are there. */
  more(): Promise<void> {
    return this.#ask(this.#next, this.#people ?? []);
  }

  /** Gives up what is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    const searchId = this.#running;
    this.#running = undefined;
    this.#busy = false;
    this.#problem = undefined;
    if (searchId !== undefined) void this.#bridge.request('helpdesk.stopFinding', { searchId });
  }

  async #ask(page: string | undefined, before: readonly PoolUser[]): Promise<void> {
    this.stop();
    const text = this.#text.trim();
    if (text === '') return;
    const searchId = crypto.randomUUID();
    this.#running = searchId;
    this.#busy = true;
    const answer = await this.#bridge.request('helpdesk.find', {
      searchId,
      text,
      ...(page !== undefined && { page }),
    });
    if (this.#running !== searchId) return; // somebody has typed on
    this.#running = undefined;
    this.#busy = false;
    if (answer.ok) {
      this.#people = [...before, ...answer.value.people];
      this.#next = answer.value.next;
    } else this.#problem = explain(answer.error);
  }
}
