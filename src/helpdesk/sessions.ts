import { signOut } from '../cognito/account.js';
import type { CallOptions } from '../cognito/call.js';
import type { Connection } from '../cognito/connection.js';
import type { Tokens } from '../cognito/tokens.js';
import { FailureError } from '../failures/failure-error.js';
import type { SessionWay } from '../shared/helpdesk.js';

/** How long a session is kept, in ms. On behalf: as long as the permission says. */
const SESSION_MS: Readonly<Record<SessionWay, number>> = { here: 15 * 60_000, 'on-behalf': 5 * 60_000 };

/** Somebody else's session: their tokens are in this object, in memory, and go nowhere else. */
export interface PersonSession {
  readonly way: SessionWay;
  /** To the app client that the tokens are for. */
  readonly connection: Connection;
  readonly tokens: Tokens;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

interface SessionClock {
  readonly now: () => number;
  readonly later: (milliseconds: number, act: () => void) => () => void;
}

/** The session for the person of one case: at most one, and never longer than its time. */
export class SessionSlot {
  readonly #clock: SessionClock;
  #held: { readonly session: PersonSession; readonly cancel: () => void; readonly timeIsUp: () => void } | undefined;
  #isOver = false;

  constructor(clock: SessionClock) {
    this.#clock = clock;
  }

  /** Without the tokens. */
  get shown(): { readonly way: SessionWay; readonly endsAt: number } | undefined {
    return this.#held && { way: this.#held.session.way, endsAt: this.#held.session.endsAt };
  }

  /**
   * @param onTime called once, when its time is up: by a timer that a change of the clock does not move, or before that where the clock says so,
   *   as after a computer's sleep, in which timers stand still
   */
  hold(way: SessionWay, connection: Connection, tokens: Tokens, onTime: () => void): void {
    const { now, later } = this.#clock;
    this.#held?.cancel();
    let isUp = false;
    const timeIsUp = () => {
      if (isUp) return;
      isUp = true;
      cancel();
      onTime();
    };
    const cancel = later(SESSION_MS[way], timeIsUp);
    this.#held = { session: { way, connection, tokens, endsAt: now() + SESSION_MS[way] }, cancel, timeIsUp };
    this.#isOver = false;
  }

  /** @throws FailureError `helpdesk/no-session`, `helpdesk/session-over` */
  demand(): PersonSession {
    if (!this.#held) throw new FailureError({ code: this.#isOver ? 'helpdesk/session-over' : 'helpdesk/no-session' });
    if (this.#clock.now() >= this.#held.session.endsAt) {
      this.#held.timeIsUp(); // what is refused is not to be left open, in the way of another
      throw new FailureError({ code: 'helpdesk/session-over' });
    }
    return this.#held.session;
  }

  /** Gives it up without a word to the pool, which has ended it. */
  drop(): void {
    this.#isOver = this.#held !== undefined;
    this.#held?.cancel();
    this.#held = undefined;
  }

  /** Has the pool refuse its tokens from now on, and forgets them, whatever the pool says. False where there is none. */
  async revoke(options: CallOptions): Promise<boolean> {
    if (!this.#held) return false;
    const { connection, tokens } = this.#held.session;
    this.drop();
    await signOut(connection, tokens, options);
    return true;
  }
}
