import { setImmediate as turn } from 'node:timers/promises';

import { getUser } from '../../../src/cognito/account.js';
import type { RunningPool } from '../../../src/pool/pool.js';
import { FaultyNetwork } from '../../e2e/faulty-network.js';
import { type KioskMain, openKioskMain } from './kiosk-main.js';
import type { KioskPerson } from '../../../src/main/kiosk/session.js';
import type { KioskPage } from './kiosk-window.js';
import type { PasserBy } from './passer-by.js';

/** Where somebody's key may be pulled out, in the order in which one comes there. `report`: at one of those that go over its cable. */
export const MOMENTS = [
  'plugged in',
  'tapIn.identify',
  'pin',
  'report',
  'InitiateAuth',
  'InitiateAuth answered',
  'keys.get',
  'touch',
  'RespondToAuthChallenge',
  'RespondToAuthChallenge answered',
  'kiosk.begin',
  'signed in',
  'kiosk.end',
] as const;
type Moment = (typeof MOMENTS)[number];

/** How somebody comes, and when they go. */
export interface Visit {
  readonly person: PasserBy;
  /** Pulled out there; by the time they are signed in where they do not come there. */
  readonly moment: Moment;
  /** How many turns of the event loop later. */
  readonly turns: number;
  /** The number of the report, for that moment. */
  readonly report: number;
  /** Plugs in before this one pulls out, where that one is signed in. */
  readonly next: PasserBy | undefined;
}

/** What became of a visit. */
export interface Visited {
  readonly wasSignedIn: boolean;
  /** How many windows were made in the place of others. */
  readonly windows: number;
}

/** A kiosk of which every key may be pulled out at every moment, and at which it is looked all the time who is signed in. */
export class ComingAndGoing {
  /** Refresh tokens with which main was told that somebody comes in. */
  readonly begun: string[] = [];
  /** The access tokens that the pool has given, by their refresh tokens. */
  readonly issued = new Map<string, string>();
  /** What main had of each person who was signed in: it is not to have that any more. */
  readonly people: WeakRef<KioskPerson>[] = [];
  /** Whatever main, pool or window has said of who is signed in that is not so. */
  readonly mixUps: string[] = [];
  readonly faults: unknown[] = [];
  #main: KioskMain | undefined;
  /** Whose key is in, or is being pulled out. */
  #here: PasserBy | undefined;
  #visit: Visit | undefined;
  #reports = 0;
  /** Calls to the pool that have no answer yet. */
  #calls = 0;
  #looked = Promise.resolve();

  static async open(options: {
    readonly folder: string;
    readonly pool: RunningPool;
    readonly network: FaultyNetwork;
    readonly people: readonly PasserBy[];
  }): Promise<ComingAndGoing> {
    const { network, people } = options;
    const kiosk = new ComingAndGoing();
    const reach = (moment: string) => {
      kiosk.#reach(moment);
    };
    kiosk.#main = await openKioskMain({
      ...options,
      endpoint: network.endpoint,
      discover: () => Promise.resolve(people.filter(({ key }) => key.plugged).map(({ plugged }) => plugged)),
      pinOf: ({ serial }) => people.find(({ username }) => username === serial)?.pin ?? '',
      onRequest: (name, input) => {
        // What the contract says of this request.
        if (name === 'kiosk.begin') kiosk.begun.push((input as { refreshToken: string }).refreshToken);
        reach(name);
      },
      onNeed: reach,
      log: (error) => kiosk.faults.push(error),
    });
    network.fate = (operation) => {
      kiosk.#calls += 1;
      reach(operation);
      return 'pass';
    };
    network.onAnswer = (operation, body) => {
      kiosk.#calls -= 1;
      // The local pool's own answers, as the service words them.
      const { AuthenticationResult: tokens } = JSON.parse(body) as { AuthenticationResult?: { AccessToken: string; RefreshToken?: string } }; // prettier-ignore
      if (tokens?.RefreshToken !== undefined) kiosk.issued.set(tokens.RefreshToken, tokens.AccessToken);
      reach(`${operation} answered`);
    };
    for (const person of people)
      person.onReport = () => {
        kiosk.#reported();
      };
    return kiosk;
  }

  get main(): KioskMain {
    if (!this.#main) throw new Error('Main is not there yet');
    return this.#main;
  }

  /** Plugs the key in, does what a person does, and pulls it out when the time has come. */
  async visit(visit: Visit): Promise<Visited> {
    const { registry } = this.main.services;
    const { window } = this.main;
    const wasIn = visit.person.key.plugged;
    this.#here = visit.person;
    this.#visit = visit;
    this.#reports = 0;
    if (!wasIn) visit.person.key.replug();
    await registry.look();
    const { page, pages } = window;
    this.#reach('plugged in');
    let wasSignedIn = false;
    while (visit.person.key.plugged) {
      this.#check();
      if (this.mixUps.length > 0) throw new Error(this.mixUps.join('; '));
      if (wasIn) page.begin(); // it has said that it was left in
      const { step } = page.tapIn;
      if (step.step === 'stopped') throw new Error(`${visit.person.username}: ${JSON.stringify(step.problem)}`);
      if (page.session.username !== undefined && !wasSignedIn) {
        wasSignedIn = true;
        await this.#signedIn(visit, page);
      }
      await turn();
    }
    await this.#looked;
    this.#here = undefined;
    this.#check();
    return { wasSignedIn, windows: window.pages - pages };
  }

  /** Resolves when the pool has answered everything that it was asked, and knows of everybody who has left. */
  async quiet(): Promise<void> {
    while (this.#calls > 0 || this.main.kiosk.revocations.size > 0) await turn();
    await turn();
  }

  /** They are who they are: by the window, by main, and by the pool, whose tokens the window has. Then they go. */
  async #signedIn(visit: Visit, page: KioskPage): Promise<void> {
    const { person, next } = visit;
    const known = this.main.kiosk.session.person;
    if (known) this.people.push(new WeakRef(known));
    if (this.#visit !== visit) return; // they are going already
    const { username } = await page.session.use((tokens) => getUser(page.pool, tokens));
    if (username !== person.username) this.mixUps.push(`${person.username} is ${username} to the pool`);
    if (next && next !== person) {
      next.key.replug();
      await this.main.services.registry.look();
    }
    if (visit.moment === 'kiosk.end') page.tapOut();
    else this.#pullOut(visit);
  }

  #reported(): void {
    this.#reports += 1;
    if (this.#reports === this.#visit?.report) this.#reach('report');
  }

  #reach(moment: string): void {
    this.#check();
    const visit = this.#visit;
    if (visit?.moment === moment) this.#pullOut(visit);
  }

  #pullOut(visit: Visit): void {
    if (this.#visit !== visit) return; // it is being done
    this.#visit = undefined;
    const pull = async () => {
      for (let left = visit.turns; left > 0; left -= 1) await turn();
      visit.person.key.unplug();
      // Twice: a look that is under way may have begun before.
      await this.main.services.registry.look();
      await this.main.services.registry.look();
    };
    this.#looked = pull();
  }

  /** Nobody but whose key is in may be signed in, by the word of anybody. */
  #check(): void {
    if (!this.#main) return;
    const { kiosk, window } = this.#main;
    for (const username of [kiosk.session.person?.username, window.username]) {
      if (username !== undefined && username !== this.#here?.username)
        this.mixUps.push(`${username} is signed in, and ${this.#here?.username ?? 'nobody'} is here`);
    }
  }
}
